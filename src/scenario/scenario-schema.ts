/**
 * The schema of scenario.yaml: every field, its default and its unit. Editors get it as JSON Schema, people as
 * docs/scenario-reference.md.
 */
import * as z from 'zod';
import type { DistributionSpec } from '../kernel/distribution.ts';
import { faultSchema, type FaultInput } from './fault-schema.ts';
import {
  asText,
  cpuQuantity,
  distribution,
  duration,
  INT32_MAX,
  memoryQuantity,
  positiveDuration,
  scalar,
  share,
} from './scalars.ts';
import { workloadSchema, type WorkloadInput } from './workload-schema.ts';

const SCENARIO_API_VERSION = 'rollout-sim/v1';

export interface ScenarioInput {
  apiVersion: typeof SCENARIO_API_VERSION;
  kind: 'Scenario';
  metadata: { name: string; description: string; teaches: string };
  spec: {
    cluster: ClusterInput;
    before: string[];
    changes: ChangeInput[];
    workload: Record<string, WorkloadInput>;
    traffic: TrafficInput;
    faults: FaultInput[];
    expect: ExpectInput;
    limits: { duration: number; pods: number; requests: number };
  };
}

export interface ClusterInput {
  profile: unknown;
  nodes: NodesInput | NodeInput[];
  kubeProxy: { mode: 'iptables' | 'nftables' | 'ipvs'; minSyncPeriod?: number | undefined };
  serializeImagePulls: boolean;
  cachedImages: string[];
}

export interface NodesInput {
  count: number;
  cpu: number;
  memory: number;
  zones: number;
  pods: number;
}

export interface NodeInput {
  name: string;
  zone: string;
  cpu: number;
  memory: number;
  pods: number;
}

export interface ChangeInput {
  at?: number | undefined;
  after?: 'previous' | undefined;
  delay: number;
  apply?: string | string[] | undefined;
  undo?: string | undefined;
  toRevision?: number | undefined;
  pause?: string | undefined;
  resume?: string | undefined;
  restart?: string | undefined;
  scale?: { deployment: string; replicas: number } | undefined;
  waitFor: 'applied' | 'rollout/complete' | 'job/complete';
}

export interface TrafficInput {
  service: string;
  rate?: number | { at: number; rate: number }[] | undefined;
  ramp: boolean;
  arrivals: 'poisson' | 'constant' | 'closed';
  closed?: { users: number; thinkTime: DistributionSpec } | undefined;
  path: string;
  clients: ClientsInput;
}

export interface ClientsInput {
  count: number;
  connectionsEach: number;
  keepAlive: boolean;
  reuse: 'lifo' | 'fifo' | 'random';
  timeout: number;
  connectTimeout?: number | undefined;
  idleTimeout: number;
  requestsPerConnection: number;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  retries: {
    max: number;
    on: ('connect' | 'reset' | 'timeout' | '5xx')[];
    backoff: { base: number; cap: number };
  };
}

export interface ExpectInput {
  failedRequests?: number | undefined;
  failedShare?: number | undefined;
  latency?:
    | {
        p50?: number | undefined;
        p90?: number | undefined;
        p99?: number | undefined;
        p999?: number | undefined;
      }
    | undefined;
  pods?: { max?: number | undefined; readyMin?: number | undefined } | undefined;
  rolloutWithin?: number | undefined;
}

const text = (description: string): z.ZodDefault<z.ZodString> => z.string().default('').describe(description);
const count = (minimum: number, maximum: number): z.ZodInt => z.int().min(minimum).max(maximum);

/** Requests per second; a number, so that it is clear that no unit can be written. */
const rate = scalar(
  (value) => (typeof value === 'number' && value >= 0 && value <= 1e9 ? value : null),
  {
    code: 'E205',
    message: 'This is not a rate.',
    expected: 'requests per second, a number from 0 to 1000000000',
  },
  { type: 'number', minimum: 0, maximum: 1e9 },
  (value) =>
    /^[\d.]+\s*(?:rps|\/s|per second|k|req.*)$/iu.test(asText(value))
      ? 'Write the number alone; the unit is requests per second.'
      : undefined,
);

const nodeResources = {
  cpu: cpuQuantity.default(16_000).describe('Allocatable CPU of one node, in cores.'),
  memory: memoryQuantity.default(64 * 1024 ** 3).describe('Allocatable memory of one node.'),
  pods: count(1, 10_000).default(110).describe('Pods that one node takes at most.'),
};

const nodesSchema = z.union([
  z.strictObject({
    count: count(1, 5000).default(3).describe('Number of worker nodes, named worker-1, worker-2, …'),
    ...nodeResources,
    zones: count(1, 100)
      .default(1)
      .describe('Zones over which the nodes are spread round robin, named zone-1, zone-2, …'),
  }),
  z
    .array(
      z.strictObject({
        name: z.string().min(1).max(63).describe('Name of the node.'),
        zone: z.string().min(1).default('zone-1').describe('Its zone.'),
        ...nodeResources,
      }),
    )
    .min(1)
    .max(5000),
]);

const clusterSchema = z.strictObject({
  profile: z
    .unknown()
    .default('kind')
    .describe(
      'Latencies of the cluster: kind, small, large, the path of a profile file, or a profile written here.',
    ),
  nodes: nodesSchema.prefault({}).describe('The worker nodes: a number of equal ones, or a list.'),
  kubeProxy: z
    .strictObject({
      mode: z
        .enum(['iptables', 'nftables', 'ipvs'])
        .default('iptables')
        .describe('How kube-proxy programs its node.'),
      minSyncPeriod: duration
        .optional()
        .describe('Least time between two syncs (R-KP-2); 1s, or 0s for ipvs.'),
    })
    .prefault({})
    .describe('kube-proxy of every node.'),
  serializeImagePulls: z
    .boolean()
    .default(true)
    .describe('Whether a node pulls one image after another (R-POD-4).'),
  cachedImages: z
    .array(z.string())
    .default([])
    .describe('Images that every node holds at time 0 besides those of `before`.'),
});

const DEPLOYMENT = 'Name of the Deployment, as deployment/NAME or NAME.';

const changeSchema = z.strictObject({
  at: duration.optional().describe('Time from the start of the run at which the change is made.'),
  after: z.enum(['previous']).optional().describe('Make it once the change before has reached its waitFor.'),
  delay: duration.default(0).describe('With after: further wait.'),
  apply: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Manifest files or folders to apply, as kubectl apply -f.'),
  undo: z.string().optional().describe(`kubectl rollout undo. ${DEPLOYMENT}`),
  toRevision: count(1, INT32_MAX)
    .optional()
    .describe('With undo: the revision to go back to; the one before otherwise.'),
  pause: z.string().optional().describe(`kubectl rollout pause. ${DEPLOYMENT}`),
  resume: z.string().optional().describe(`kubectl rollout resume. ${DEPLOYMENT}`),
  restart: z.string().optional().describe(`kubectl rollout restart. ${DEPLOYMENT}`),
  scale: z
    .strictObject({
      deployment: z.string().describe(DEPLOYMENT),
      replicas: count(0, 1_000_000).describe('The new replica count.'),
    })
    .optional()
    .describe('kubectl scale.'),
  waitFor: z
    .enum(['applied', 'rollout/complete', 'job/complete'])
    .default('applied')
    .describe('When the change counts as done for the one after it.'),
});

const clientsSchema = z.strictObject({
  count: count(1, 100_000)
    .default(10)
    .describe('Client pods, spread over the nodes, each with an address of its own.'),
  connectionsEach: count(1, 100_000).default(16).describe('Connections that one client keeps at most.'),
  keepAlive: z.boolean().default(true).describe('false: a new connection for each request.'),
  reuse: z
    .enum(['lifo', 'fifo', 'random'])
    .default('lifo')
    .describe('Which idle connection of its pool a client takes.'),
  timeout: positiveDuration.default(2000).describe('Deadline of one attempt, connecting included.'),
  connectTimeout: positiveDuration
    .optional()
    .describe('Deadline of connecting; that of the attempt otherwise.'),
  idleTimeout: duration
    .default(60_000)
    .describe('Idle time after which the client closes a connection; 0s: never.'),
  requestsPerConnection: count(0, INT32_MAX)
    .default(0)
    .describe('Requests after which a connection is closed; 0: unlimited.'),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).default('GET').describe('HTTP method of the requests.'),
  retries: z
    .strictObject({
      max: count(0, 100).default(0).describe('Further attempts after a failed one.'),
      on: z
        .array(z.enum(['connect', 'reset', 'timeout', '5xx']))
        .default(['connect', 'reset'])
        .describe('Failures that are tried again.'),
      backoff: z
        .strictObject({
          base: duration.default(25).describe('Wait before the first retry, at most; it doubles each time.'),
          cap: duration.default(250).describe('Longest wait before a retry.'),
        })
        .prefault({})
        .describe('Waits between attempts, each drawn evenly between 0 and its bound.'),
    })
    .prefault({})
    .describe('Retries of the clients.'),
});

const trafficSchema = z.strictObject({
  service: z.string().min(1).describe('Name of the Service that the clients call.'),
  rate: z
    .union([
      rate,
      z
        .array(
          z.strictObject({
            at: duration.describe('From this time on.'),
            rate: rate.describe('Requests per second.'),
          }),
        )
        .min(1),
    ])
    .optional()
    .describe('Requests per second of all clients together: a number, or a list of {at, rate}.'),
  ramp: z
    .boolean()
    .default(false)
    .describe('Whether the rate moves evenly from entry to entry instead of in steps.'),
  arrivals: z.enum(['poisson', 'constant', 'closed']).default('poisson').describe('How requests arrive.'),
  closed: z
    .strictObject({
      users: count(1, 10_000_000).describe('Number of users.'),
      thinkTime: distribution.describe('Time between an answer and the user’s next request.'),
    })
    .optional()
    .describe('With arrivals: closed. Each user thinks, asks, and waits for the answer.'),
  path: z
    .string()
    .default('kube-proxy')
    .describe('How requests reach the pods; kube-proxy is what can be simulated.'),
  clients: clientsSchema.prefault({}).describe('Who calls.'),
});

const expectSchema = z.strictObject({
  failedRequests: z.number().min(0).optional().describe('Failed requests at most.'),
  failedShare: share.optional().describe('Share of failed requests at most, such as 0.01%.'),
  latency: z
    .strictObject({
      p50: positiveDuration.optional().describe('Median at most.'),
      p90: positiveDuration.optional().describe('90th percentile at most.'),
      p99: positiveDuration.optional().describe('99th percentile at most.'),
      p999: positiveDuration.optional().describe('99.9th percentile at most.'),
    })
    .optional()
    .describe('Latency of successful requests.'),
  pods: z
    .strictObject({
      max: count(0, 1_000_000).optional().describe('Pods at once at most, terminating ones included.'),
      readyMin: count(0, 1_000_000).optional().describe('Ready pods at any time at least.'),
    })
    .optional()
    .describe('Numbers of pods.'),
  rolloutWithin: positiveDuration
    .optional()
    .describe('Time from the first change to the rollout’s completion at most.'),
});

export const scenarioSchema: z.ZodType<ScenarioInput> = z.strictObject({
  apiVersion: z.literal(SCENARIO_API_VERSION).describe('Version of this format.'),
  kind: z.literal('Scenario').describe('Always Scenario.'),
  metadata: z
    .strictObject({
      name: z.string().min(1).max(100).describe('Name of the scenario.'),
      description: text('What happens in it, in a sentence.'),
      teaches: text('What running it teaches.'),
    })
    .describe('What the scenario is.'),
  spec: z
    .strictObject({
      cluster: clusterSchema.prefault({}).describe('The cluster on which everything runs.'),
      before: z
        .array(z.string())
        .min(1)
        .describe('Manifest files or folders, applied and settled before time 0.'),
      changes: z.array(changeSchema).default([]).describe('What the engineer does, in order.'),
      workload: z
        .record(z.string(), workloadSchema)
        .default({})
        .describe('What the code in a container does. Keys match a container’s name, image or app label.'),
      traffic: trafficSchema.describe('Who calls, and how often.'),
      faults: z.array(faultSchema).default([]).describe('What breaks, and when.'),
      expect: expectSchema.prefault({}).describe('What must hold; checked by sim run --check.'),
      limits: z
        .strictObject({
          duration: positiveDuration
            .default(1_800_000)
            .describe('The run ends here at the latest; earlier once all has settled.'),
          pods: count(1, 1_000_000).default(10_000).describe('Pods at most; more is taken for a mistake.'),
          requests: z
            .number()
            .min(1)
            .max(1e12)
            .default(1e9)
            .describe('Requests at most; more is taken for a mistake.'),
        })
        .prefault({})
        .describe('Bounds that keep a mistake from running for hours.'),
    })
    .describe('The scenario itself.'),
});
