/**
 * The run record's whole shape, for whoever reads a file that is said to be one. Each object names its type, so that a
 * field that record.ts gains or loses does not compile here until it is described. A field that is unheard of is no fault:
 * later versions may add some.
 */
import * as z from 'zod';
import {
  FAILURE_CLASSES,
  POD_PHASES,
  RECORD_SCHEMA,
  type Accuracy,
  type CauseTotal,
  type FailedRequest,
  type IdleStretch,
  type ManifestChange,
  type Measurement,
  type NodeCpu,
  type PodFigures,
  type RequestCounts,
  type RolloutResult,
  type RunRecord,
  type Series,
  type ServedByPod,
  type TimelineEvent,
  type TimelineEventKind,
  type Totals,
} from './record.ts';
import type { SourceLocation } from './scenario/diagnostic.ts';

/** One schema for each field of a type. */
type FieldsOf<T> = { readonly [K in keyof Required<T>]: z.ZodType };

/** @param id under which the JSON Schema has it: the type's own name */
function shape<T>(id: string, fields: FieldsOf<T>): z.ZodType<T> {
  return (z.object(fields) as unknown as z.ZodType<T>).meta({ id });
}

const time = z.number().describe('milliseconds from time 0 on');
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const text = z.string().min(1);
const classCounts = z.partialRecord(z.enum(FAILURE_CLASSES), count.min(1));
const rule = z.string().regex(/^R-[A-Z]+-\d+$|^unknown$/u);
const counts = z.array(count);
const latencies = z.array(z.number().min(0).nullable());

const KINDS: Readonly<Record<TimelineEventKind, true>> = {
  'change-applied': true,
  'change-reached': true,
  'pod-created': true,
  'pod-scheduled': true,
  'pod-unschedulable': true,
  'pod-refused': true,
  'container-started': true,
  'container-exited': true,
  'pod-ready': true,
  'pod-unready': true,
  'pod-terminating': true,
  sigterm: true,
  signal: true,
  sigkill: true,
  'listener-open': true,
  'listener-closed': true,
  'pod-gone': true,
  'endpoint-listed': true,
  'endpoint-withdrawn': true,
  'replica-set-scaled': true,
  'rollout-started': true,
  'rollout-complete': true,
  'rollout-stalled': true,
  'rollout-paused': true,
  'job-complete': true,
  'job-failed': true,
  'fault-injected': true,
  'fault-recovered': true,
  'node-cordoned': true,
  'node-uncordoned': true,
  'node-down': true,
  'node-up': true,
  'node-unready': true,
  'node-ready': true,
  'node-tainted': true,
  'node-untainted': true,
  'pod-evicted': true,
  'eviction-refused': true,
  'drain-complete': true,
  'drain-given-up': true,
  'dependency-down': true,
  'dependency-up': true,
};

const place = shape<SourceLocation>('SourceLocation', {
  file: text,
  line: z.int().min(1),
  column: z.int().min(1),
});

const event = shape<TimelineEvent>('TimelineEvent', {
  timeMs: time,
  kind: z.enum(Object.keys(KINDS) as TimelineEventKind[]),
  object: text,
  node: text.optional(),
  value: z.number().optional(),
  detail: z.string().optional(),
});

const series = shape<Series>('Series', {
  binMs: z.number().positive(),
  offered: counts,
  ok: counts,
  failedByClass: z.partialRecord(z.enum(FAILURE_CLASSES), counts),
  newConnections: counts,
  reusedConnections: counts,
  latencyP50Ms: latencies,
  latencyP99Ms: latencies,
  readyEndpoints: counts,
  servingPods: counts,
  podsByPhase: z.object(Object.fromEntries(POD_PHASES.map((phase) => [phase, counts]))),
});

const totals = shape<Totals>('Totals', {
  offered: count,
  ok: count,
  failed: count,
  failedByClass: classCounts,
  failedNewConnections: count,
  failedReusedConnections: count,
  retried: count,
  inFlight: count,
  latencyMs: shape<Totals['latencyMs']>('LatencyPercentiles', {
    p50: z.number().min(0),
    p90: z.number().min(0),
    p99: z.number().min(0),
    p999: z.number().min(0),
  }),
});

const rollout = shape<RolloutResult>('RolloutResult', {
  outcome: z.enum(['complete', 'stalled', 'rolled-back', 'none']),
  completeMs: z.number().min(0).nullable(),
  lastOldPodGoneMs: z.number().min(0).nullable(),
});

const pods = shape<PodFigures>('PodFigures', {
  peakDesired: count,
  peakWithTerminating: count,
  minReady: count,
  minServing: count,
  peakCpuRequestedMilli: z.number().min(0),
  peakMemoryRequestedBytes: z.number().min(0),
  peakByNode: z.record(text, count.min(1)),
});

const causeTotal = shape<CauseTotal>('CauseTotal', {
  rule,
  where: z.array(place),
  failed: count.min(1),
  failedByClass: classCounts,
});

const failedRequest = shape<FailedRequest>('FailedRequest', {
  rule,
  where: z.array(place),
  ordinal: z.int().min(1),
  class: z.enum(FAILURE_CLASSES),
  client: text,
  clientNode: text,
  pod: text.nullable(),
  podNode: text.nullable(),
  connection: z.enum(['new', 'reused']),
  attempts: z.int().min(1),
  arrivedMs: time,
  endedMs: time,
  story: z.array(shape<FailedRequest['story'][number]>('StoryLine', { timeMs: time, text })).min(1),
});

const manifestChange = shape<ManifestChange>('ManifestChange', {
  object: text,
  path: z.string(),
  from: z.json(),
  to: z.json(),
  why: text,
});

const measurement = shape<Measurement>('Measurement', {
  settings: z.array(text),
  changes: z.array(manifestChange),
  cluster: shape<Measurement['cluster']>('MeasuredCluster', {
    name: text,
    kubernetesVersion: text,
    kubeProxyMode: z.enum(['iptables', 'nftables', 'ipvs']),
    nodes: z.int().min(1),
  }),
  load: z.enum(['built-in', 'k6']),
  invalidBecause: z.array(text),
  partial: z.boolean(),
  requestsFile: text.nullable(),
  achievedRateShare: z.number().min(0),
  lagP99Ms: z.number().min(0),
  idleCpuShare: share,
  clockErrorMs: z.number().min(0),
  counts: shape<RequestCounts>('RequestCounts', {
    offered: count,
    inFlight: count,
    attempts: count,
    answered: count,
    served: z.array(
      shape<ServedByPod>('ServedByPod', {
        pod: text,
        answered: count,
        overflowed: count,
        errors: count,
        whole: z.boolean(),
      }),
    ),
  }).optional(),
  machineIdle: z.array(shape<IdleStretch>('IdleStretch', { endMs: time, idleShare: share })).optional(),
  nodes: z
    .array(
      shape<NodeCpu>('NodeCpu', { name: text, coresBefore: z.number().min(0), cores: z.number().min(0) }),
    )
    .min(1)
    .optional(),
});

export const recordSchema: z.ZodType<RunRecord> = shape<RunRecord>('RunRecord', {
  schema: z.literal(RECORD_SCHEMA),
  source: z.enum(['simulated', 'measured']),
  scenario: shape<RunRecord['scenario']>('ScenarioIdentity', {
    name: text,
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
  }),
  seed: count,
  engine: z.enum(['exact', 'skip-ahead', 'cluster']),
  accuracy: shape<Accuracy>('Accuracy', { exactShare: share, errorBound: z.number().min(0) }).nullable(),
  profile: text,
  startMs: time,
  endMs: time,
  timeline: z.array(event),
  series,
  totals,
  rollout,
  pods,
  causes: z.array(causeTotal),
  failedSample: z.array(failedRequest),
  measurement: measurement.optional(),
});

/** JSON Schema (draft-07) of the record. */
export function recordJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(recordSchema, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod's own limit of integers says nothing of the record.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema, title: 'Run record of rollout-sim', ...schema };
}
