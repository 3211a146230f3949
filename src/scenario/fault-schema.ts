/**
 * The schema of the scenario's `faults`: what breaks, when, and for how long. Pods can also be picked by a Chaos Mesh
 * object, which is named and read as it is.
 */
import * as z from 'zod';
import type { PodTarget } from './fault.ts';
import { stringMap } from './manifests/metadata.ts';
import { duration, INT32_MAX, positiveDuration, share } from './scalars.ts';

export interface TargetInput {
  labels: Record<string, string>;
  nodes: string[];
  pods: string[];
  mode: PodTarget['mode'];
  value?: number | undefined;
}

export interface FaultInput {
  at?: number | undefined;
  when?: { rollout: number; deployment?: string | undefined; delay: number } | undefined;
  drain?:
    | {
        node: string;
        gracePeriodSeconds?: number | undefined;
        timeout?: number | undefined;
        uncordonAfter?: number | undefined;
      }
    | undefined;
  nodeDown?: { node: string; effect: 'crash' | 'pause' | 'partition'; for?: number | undefined } | undefined;
  podKill?: (TargetInput & { gracePeriodSeconds: number }) | undefined;
  podFailure?: (TargetInput & { for: number }) | undefined;
  containerKill?: (TargetInput & { containers: string[] }) | undefined;
  dependencyOutage?: { dependency: string; for: number } | undefined;
  chaos?: string | undefined;
}

const NODE = 'Name of the node.';
const graceSeconds = z.int().min(0).max(INT32_MAX);

const target = {
  labels: stringMap
    .default({})
    .describe('Labels that the pods must have; the pods behind the called Service when none are given.'),
  nodes: z.array(z.string()).default([]).describe('Nodes that they must be on; any when none are given.'),
  pods: z.array(z.string()).default([]).describe('Names that they must have; any when none are given.'),
  mode: z
    .enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'])
    .default('one')
    .describe('How many of them: one at random, all, or as value says (R-CHX-2).'),
  value: z
    .int()
    .min(0)
    .max(INT32_MAX)
    .optional()
    .describe('With mode fixed: how many; with the percent modes: per cent of those that match.'),
};

export const faultSchema: z.ZodType<FaultInput> = z.strictObject({
  at: duration.optional().describe('Time from the start of the run at which it happens.'),
  when: z
    .strictObject({
      rollout: share.describe(
        'Share of the Deployment’s pods that are updated and available, such as 50%; 0% is the rollout’s first instant.',
      ),
      deployment: z
        .string()
        .min(1)
        .optional()
        .describe('The Deployment that rolls out; the one behind the called Service when not given.'),
      delay: duration.default(0).describe('Further wait.'),
    })
    .optional()
    .describe('Let it happen at a point of a rollout instead of at a time.'),
  drain: z
    .strictObject({
      node: z.string().describe(NODE),
      gracePeriodSeconds: graceSeconds
        .optional()
        .describe('Grace of every pod, as kubectl’s --grace-period; each pod’s own when not given.'),
      timeout: positiveDuration
        .optional()
        .describe('When kubectl gives up; it tries for ever when not given (R-DRN-1).'),
      uncordonAfter: duration
        .optional()
        .describe('How long the node stays cordoned, from the drain’s beginning; for good when not given.'),
    })
    .optional()
    .describe('kubectl drain: cordon, then evict every pod (R-DRN-1, R-PDB-1 to R-PDB-4).'),
  nodeDown: z
    .strictObject({
      node: z.string().describe(NODE),
      effect: z
        .enum(['crash', 'pause', 'partition'])
        .default('crash')
        .describe(
          'crash: every process is lost and the node boots again; pause: everything stands still and goes on afterwards; partition: it runs on, unreachable.',
        ),
      for: positiveDuration.optional().describe('How long; it never comes back when not given.'),
    })
    .optional()
    .describe('A node that loses power, stands still, or loses its network (R-NOD-1 to R-NOD-10).'),
  podKill: z
    .strictObject({
      ...target,
      gracePeriodSeconds: graceSeconds
        .default(0)
        .describe('Grace of the deletion; 0, as in Chaos Mesh, forces it (R-CHX-5, R-POD-23).'),
    })
    .optional()
    .describe('Pods are deleted.'),
  podFailure: z
    .strictObject({ ...target, for: positiveDuration.describe('How long (R-CHX-6).') })
    .optional()
    .describe('The containers of pods are replaced by ones that do nothing, and back afterwards.'),
  containerKill: z
    .strictObject({
      ...target,
      containers: z.array(z.string()).min(1).describe('Names of the containers that are killed (R-CHX-7).'),
    })
    .optional()
    .describe('Containers get SIGKILL.'),
  dependencyOutage: z
    .strictObject({
      dependency: z.string().describe('One of the dependencies that a workload names.'),
      for: positiveDuration.describe('How long.'),
    })
    .optional()
    .describe('Something that the workload depends on fails, for all pods alike (R-APP-6 to R-APP-8).'),
  chaos: z
    .string()
    .optional()
    .describe('File with Chaos Mesh objects, relative to the scenario’s folder; PodChaos can be simulated.'),
});
