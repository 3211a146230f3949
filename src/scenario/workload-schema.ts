/**
 * The schema of one entry of `workload`: what the code in a container does. Nothing has a default here; those stand in
 * workload.ts, so that a version's overrides can be laid over its workload first.
 */
import * as z from 'zod';
import type { DistributionSpec } from '../kernel/distribution.ts';
import type { SigtermBehaviour } from './scenario.ts';
import { distribution, distributionOrNever, duration, positiveDuration, share } from './scalars.ts';

export interface BehaviourInput {
  serviceTime?: DistributionSpec | undefined;
  concurrency?: number | undefined;
  backlog?: number | undefined;
  overflow?: 'http-5xx' | 'drop' | undefined;
  boot?: DistributionSpec | 'never' | undefined;
  onSigterm?: SigtermInput | SigtermBehaviour['style'] | undefined;
  keepAliveTimeout?: number | undefined;
  cpuPerRequest?: number | undefined;
  dependencies?: string[] | undefined;
  coldStart?: { factor: number; tau: number } | undefined;
  errorRate?: number | undefined;
  runs?: DistributionSpec | undefined;
  failureRate?: number | undefined;
}

export interface SigtermInput {
  style?: SigtermBehaviour['style'] | undefined;
  drainMax?: number | undefined;
  lameDuck?: number | undefined;
  failReadiness?: boolean | undefined;
  closeHeader?: boolean | undefined;
}

export interface WorkloadInput extends BehaviourInput {
  versions?: Record<string, BehaviourInput> | undefined;
}

const style = z.enum(['exit', 'stop-accept', 'lame-duck', 'ignore']);

const behaviour = {
  serviceTime: distribution
    .optional()
    .describe('Time of one request in a worker. Default: lognormal, p50 10ms, p99 50ms.'),
  concurrency: z.int().min(1).max(1_000_000).optional().describe('Requests served at once. Default: 64.'),
  backlog: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Requests that wait beyond those. Default: 128.'),
  overflow: z.enum(['http-5xx', 'drop']).optional().describe('What happens to one more. Default: http-5xx.'),
  boot: distributionOrNever
    .optional()
    .describe(
      'Time from the start of the process to an open listener, or never. Default: lognormal, p50 2s, p99 5s.',
    ),
  onSigterm: z
    .union([
      style,
      z.strictObject({
        style: style.optional().describe('What the process does on SIGTERM (R-SRV-2). Default: stop-accept.'),
        drainMax: duration
          .optional()
          .describe('Longest wait for requests in flight once the listener is closed. Default: 30s.'),
        lameDuck: duration
          .optional()
          .describe('With lame-duck: how long the listener stays open. Default: 10s.'),
        failReadiness: z
          .boolean()
          .optional()
          .describe('Whether readiness fails from SIGTERM on. Default: false.'),
        closeHeader: z
          .boolean()
          .optional()
          .describe('Whether answers tell clients to close the connection from SIGTERM on. Default: false.'),
      }),
    ])
    .optional()
    .describe('What the process does on SIGTERM: a style, or a map.'),
  keepAliveTimeout: duration
    .optional()
    .describe('Idle time after which the server closes a connection; 0s: never. Default: 75s.'),
  cpuPerRequest: duration.optional().describe('CPU time of one request. Default: 0s.'),
  dependencies: z
    .array(z.string().min(1))
    .optional()
    .describe('Shared services that readiness checks. Default: none.'),
  coldStart: z
    .strictObject({
      factor: z
        .number()
        .min(0)
        .max(1000)
        .describe('How much slower the first request is: 1 means twice the time.'),
      tau: positiveDuration.describe('Time in which the slowness falls to 37 %.'),
    })
    .optional()
    .describe('Slow first requests (R-APP-11). Default: none.'),
  errorRate: share.optional().describe('Share of requests that the code answers with a 5xx. Default: 0.'),
  runs: distribution
    .optional()
    .describe(
      'Time until the process ends by itself: for Jobs and init containers. Default there: lognormal, p50 5s, p99 20s.',
    ),
  failureRate: share.optional().describe('Share of runs that end with a non-zero code. Default: 0.'),
};

export const workloadSchema: z.ZodType<WorkloadInput> = z.strictObject({
  ...behaviour,
  versions: z
    .record(z.string(), z.strictObject(behaviour))
    .optional()
    .describe('Differences of single versions, by image tag.'),
});
