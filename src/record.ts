/**
 * The run record: the one value that both the simulator and the cluster harness write and that everything else
 * reads. Versioned; plain JSON.
 */
import type { TimeMs } from './kernel/time.ts';
import type { SourceLocation } from './scenario/diagnostic.ts';

export const RECORD_SCHEMA = 'rollout-sim/record/v1';

/** How a failed request can end: the closed list of R-SRV-11. `http-5xx` is the application's own answer, `http-50x` a proxy's. */
export const FAILURE_CLASSES = [
  'refused',
  'reset',
  'eof',
  'connect-timeout',
  'unreachable',
  'request-timeout',
  'http-5xx',
  'http-502',
  'http-503',
  'http-504',
  'dns',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];
export type Outcome = 'ok' | FailureClass;

export interface RunRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly source: 'simulated' | 'measured';
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly seed: number;
  readonly engine: 'exact' | 'skip-ahead' | 'cluster';
  /** What the engine left out; null for a measurement. */
  readonly accuracy: Accuracy | null;
  readonly profile: string;
  /** Time of the record's first instant relative to time 0, and of its last. */
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
  readonly timeline: readonly TimelineEvent[];
  readonly series: Series;
  readonly totals: Totals;
  readonly rollout: RolloutResult;
  readonly pods: PodFigures;
  readonly causes: readonly CauseTotal[];
  readonly failedSample: readonly FailedRequest[];
  /** How it was measured; a simulated record has none. */
  readonly measurement?: Measurement;
}

export interface Measurement {
  /** `--set` texts that make the scenario what was replayed, the rate scaled to the machine among them: a prediction takes the same. */
  readonly settings: readonly string[];
  /** What had to differ from the scenario's manifests to run here. */
  readonly changes: readonly ManifestChange[];
  readonly cluster: {
    readonly name: string;
    readonly kubernetesVersion: string;
    readonly kubeProxyMode: string;
    readonly nodes: number;
  };
  readonly load: 'built-in' | 'k6';
  /** Why nothing can be concluded from it, one sentence each; empty for a valid replay. */
  readonly invalidBecause: readonly string[];
  /** Whether it ended before the scenario did; what there is of it stands. */
  readonly partial: boolean;
  /** The raw requests beside the record: a file's name. */
  readonly requestsFile: string | null;
  /** Seen around the change, for judging the replay: shares in [0, 1] and milliseconds. */
  readonly achievedRateShare: number;
  readonly lagP99Ms: number;
  readonly idleCpuShare: number;
  readonly clockErrorMs: number;
  /** Absent in records of before there was any. */
  readonly counts?: RequestCounts;
  /** How idle the machine was, about each second from the load's beginning on: what a saturated one fails says little of a cluster. */
  readonly machineIdle?: readonly IdleStretch[];
  /** The cluster's nodes, the control plane among them, as far as Docker tells what they use; absent when it tells of none. */
  readonly nodes?: readonly NodeCpu[];
}

/** Mean CPU use of one node, in cores. */
export interface NodeCpu {
  /** The scenario's name, or the cluster's own where the scenario has no such node. */
  readonly name: string;
  /** In the baseline. */
  readonly coresBefore: number;
  /** From time 0 to the end. */
  readonly cores: number;
}

/** One stretch of about a second. */
export interface IdleStretch {
  readonly endMs: TimeMs;
  /** Of all processors together, in [0, 1]. */
  readonly idleShare: number;
}

/** Both sides' books of every request of a replay, those before time 0 among them. */
export interface RequestCounts {
  /** By the callers: what was due, what of it never ended, and the attempts that the ended ones took. */
  readonly offered: number;
  readonly inFlight: number;
  readonly attempts: number;
  /** Requests whose last attempt got a pod's own answer, an error of its code included. */
  readonly answered: number;
  /** By the servers: attempts, whether or not the caller still got the answer. */
  readonly served: readonly ServedByPod[];
}

export interface ServedByPod {
  readonly pod: string;
  /** In full, whatever the status. */
  readonly answered: number;
  /** Of those, the ones answered 5xx for a full backlog, and as errors of the code's own. */
  readonly overflowed: number;
  readonly errors: number;
  /** Whether its last count is known: one that is killed takes up to a second of answers with it. */
  readonly whole: boolean;
}

/** One field of one object that a replay sets differently from the scenario's manifest. */
export interface ManifestChange {
  /** Such as `deployment/checkout`. */
  readonly object: string;
  readonly path: string;
  /** null: it was not there. */
  readonly from: unknown;
  readonly to: unknown;
  readonly why: string;
}

/** How closely an engine looked (DESIGN §7). The exact engine has 1 and 0. */
export interface Accuracy {
  /** Share of the offered requests that were followed one by one. */
  readonly exactShare: number;
  /** Upper bound on the expected number of requests that would have ended otherwise had each been followed. */
  readonly errorBound: number;
}

// ---- timeline

export type TimelineEventKind =
  | 'change-applied'
  | 'change-reached'
  | 'pod-created'
  | 'pod-scheduled'
  | 'pod-unschedulable'
  | 'pod-refused'
  | 'container-started'
  | 'container-exited'
  | 'pod-ready'
  | 'pod-unready'
  | 'pod-terminating'
  | 'sigterm'
  | 'signal'
  | 'sigkill'
  | 'listener-open'
  | 'listener-closed'
  | 'pod-gone'
  | 'endpoint-listed'
  | 'endpoint-withdrawn'
  | 'replica-set-scaled'
  | 'rollout-started'
  | 'rollout-complete'
  | 'rollout-stalled'
  | 'rollout-paused'
  | 'job-complete'
  | 'job-failed'
  | 'fault-injected'
  | 'fault-recovered'
  | 'node-cordoned'
  | 'node-uncordoned'
  | 'node-down'
  | 'node-up'
  | 'node-unready'
  | 'node-ready'
  | 'node-tainted'
  | 'node-untainted'
  | 'pod-evicted'
  | 'eviction-refused'
  | 'drain-complete'
  | 'drain-given-up'
  | 'dependency-down'
  | 'dependency-up';

/** One fact of the world, in time order. `object` is `pod/name`, `node/name`, `replicaset/name` …; `detail` is short text. */
export interface TimelineEvent {
  readonly timeMs: TimeMs;
  readonly kind: TimelineEventKind;
  readonly object: string;
  /** The node whose view changed, for endpoint events. */
  readonly node?: string;
  /** For scalings: the size from now on. */
  readonly value?: number;
  readonly detail?: string;
}

// ---- series

/** Column arrays of equal length; bin i covers [startMs + i·binMs, startMs + (i+1)·binMs). Counts are of requests ended in the bin. */
export interface Series {
  readonly binMs: number;
  readonly offered: readonly number[];
  readonly ok: readonly number[];
  readonly failedByClass: Readonly<Partial<Record<FailureClass, readonly number[]>>>;
  readonly newConnections: readonly number[];
  readonly reusedConnections: readonly number[];
  /** Latency of requests that ended ok in the bin, NaN-free: null where none ended. */
  readonly latencyP50Ms: readonly (number | null)[];
  readonly latencyP99Ms: readonly (number | null)[];
  /** Values at the bin's end. */
  readonly readyEndpoints: readonly number[];
  readonly servingPods: readonly number[];
  readonly podsByPhase: Readonly<Record<PodPhaseName, readonly number[]>>;
}

/** Every pod object is in exactly one: waiting for a node, starting, ready, running but not ready, terminating. */
export const POD_PHASES = ['pending', 'starting', 'ready', 'unready', 'terminating'] as const;
export type PodPhaseName = (typeof POD_PHASES)[number];

// ---- totals

/** Conservation: offered = ok + Σ failedByClass + inFlight, always. Counts are of requests, not attempts. */
export interface Totals {
  readonly offered: number;
  readonly ok: number;
  readonly failed: number;
  readonly failedByClass: Readonly<Partial<Record<FailureClass, number>>>;
  /** Failed requests whose last attempt was on a connection opened for it, or on one used before. */
  readonly failedNewConnections: number;
  readonly failedReusedConnections: number;
  /** Requests that needed more than one attempt. */
  readonly retried: number;
  readonly inFlight: number;
  /** Of requests that ended ok. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly p999: number;
  };
}

export interface RolloutResult {
  /** none: the scenario rolls nothing out. */
  readonly outcome: 'complete' | 'stalled' | 'rolled-back' | 'none';
  /** From the first change that rolls out to completeness (R-DEP-12); null when it did not complete. */
  readonly completeMs: number | null;
  /** From the same instant until the last pod of another revision is gone (R-SUR-1). */
  readonly lastOldPodGoneMs: number | null;
}

/** Extremes from time 0 on, over the Deployment that the traffic's Service selects. */
export interface PodFigures {
  /** Largest Σ spec.replicas over its ReplicaSets: the controller's own count (R-DEP-3). */
  readonly peakDesired: number;
  /** Largest number of pod objects, terminating ones included (R-SUR-2). */
  readonly peakWithTerminating: number;
  /** Smallest number of pods that are Ready and not terminating. */
  readonly minReady: number;
  /** Smallest number of pods whose listener is open and that some node still sends to. */
  readonly minServing: number;
  readonly peakCpuRequestedMilli: number;
  readonly peakMemoryRequestedBytes: number;
  /** Largest number of pod objects on each node that held any, terminating ones included. */
  readonly peakByNode: Readonly<Record<string, number>>;
}

// ---- causes

/** The rule of a cause that a measured record does not show. */
export const UNKNOWN_RULE = 'unknown';

/** The mechanism behind a failed request: equal rule and equal `where` make one cause. */
export interface Cause {
  /** The rule that explains it, as MODEL.md lists them, such as `R-SRV-7`; UNKNOWN_RULE: none is known to. */
  readonly rule: string;
  /** The manifest lines behind it, the deciding one first; empty when no manifest could prevent it. */
  readonly where: readonly SourceLocation[];
}

export interface CauseTotal extends Cause {
  readonly failed: number;
  readonly failedByClass: Readonly<Partial<Record<FailureClass, number>>>;
}

export interface FailedRequest extends Cause {
  /** Position among the run’s failed requests in the order in which the model decided them, from 1. */
  readonly ordinal: number;
  readonly class: FailureClass;
  readonly client: string;
  readonly clientNode: string;
  /** null when no pod was reached. */
  readonly pod: string | null;
  readonly podNode: string | null;
  readonly connection: 'new' | 'reused';
  readonly attempts: number;
  readonly arrivedMs: TimeMs;
  readonly endedMs: TimeMs;
  /** Its whole story, in time order; times may lie before its arrival (what led to it). */
  readonly story: readonly { readonly timeMs: TimeMs; readonly text: string }[];
}
