/**
 * A checked scenario: what the simulator and the harness run. Plain data (it crosses worker threads), every
 * default filled in, every unit in the field's name, every value traceable to a line by its manifest's `lines`.
 */
import type { Fault } from './fault.ts';
import type { DistributionSpec } from '../kernel/distribution.ts';
import type { DurationMs, TimeMs } from '../kernel/time.ts';
import type { Diagnostic, SourceLocation } from './diagnostic.ts';
import type { Profile } from './profile.ts';

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** What running it teaches, for `sim run --list` and the docs; empty when not given. */
  readonly teaches: string;
  /** `sha256:…` over the normalised scenario. */
  readonly digest: string;
  readonly profile: Profile;
  readonly cluster: ClusterSpec;
  /** Applied and settled before time 0. */
  readonly before: readonly KubernetesObject[];
  readonly changes: readonly Change[];
  readonly faults: readonly Fault[];
  readonly traffic: Traffic;
  readonly expect: readonly Expectation[];
  readonly limits: Limits;
  /** scenario.yaml itself, for `locateField`: paths begin with `spec.` or `metadata.`. */
  readonly source: SourceText;
  readonly warnings: readonly Diagnostic[];
}

export interface Limits {
  /** The run ends here at the latest; it ends earlier once everything has settled. */
  readonly durationMs: DurationMs;
  readonly podsMax: number;
  readonly requestsMax: number;
}

// ---- cluster

export type KubeProxyMode = 'iptables' | 'nftables' | 'ipvs';

export interface ClusterSpec {
  readonly nodes: readonly NodeSpec[];
  readonly kubeProxy: { readonly mode: KubeProxyMode; readonly minSyncPeriodMs: DurationMs };
  /** R-POD-4: pulls are serial per node unless this is false. */
  readonly serializeImagePulls: boolean;
  /** Images that every node already holds at time 0, besides those of `before`. */
  readonly cachedImages: readonly string[];
}

export interface NodeSpec {
  readonly name: string;
  readonly zone: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly podsMax: number;
}

// ---- manifests

/** One document and where its fields stand: `lines` maps a field's path to [line, column]. */
export interface SourceText {
  readonly file: string;
  readonly lines: Readonly<Record<string, readonly [line: number, column: number, file?: string]>>;
}

/**
 * What every manifest carries. `lines` maps a field's path (`spec.strategy.rollingUpdate.maxSurge`,
 * `spec.template.spec.containers[0].lifecycle.preStop`) to where it stands; see `locateField` in `source-map.ts`.
 * A third element names the file when it is not the manifest's own: `--set` for a value given on the command line.
 */
export interface Manifest extends SourceText {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type KubernetesObject =
  | Deployment
  | ReplicaSet
  | Service
  | PodDisruptionBudget
  | HorizontalPodAutoscaler
  | Job
  | ResourceQuota
  | ReferencedObject;

export type IntOrPercent = number | string;

export interface Deployment extends Manifest {
  readonly kind: 'Deployment';
  readonly replicas: number;
  /** False when the manifest is silent, so that applying it keeps the live count. */
  readonly replicasGiven: boolean;
  readonly selector: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
  readonly strategy:
    | {
        readonly type: 'RollingUpdate';
        readonly maxSurge: IntOrPercent;
        readonly maxUnavailable: IntOrPercent;
      }
    | { readonly type: 'Recreate' };
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly paused: boolean;
}

/** An older revision of a Deployment that `undo` can go back to; owned by the Deployment of that name. */
export interface ReplicaSet extends Manifest {
  readonly kind: 'ReplicaSet';
  readonly deployment: string;
  readonly revision: number;
  readonly replicas: number;
  readonly template: PodTemplate;
}

export interface PodTemplate {
  /** Digest of the template without pod-template-hash: equal hashes, equal templates (R-DEP-23). */
  readonly hash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly terminationGracePeriodSeconds: number;
  readonly readinessGates: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Path of the pod spec inside the manifest (`spec.template.spec`), to build paths for `lines`. */
  readonly path: string;
  readonly file: string;
}

export interface Container {
  readonly name: string;
  /** Path inside the manifest, such as `spec.template.spec.containers[0]`. */
  readonly path: string;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  readonly requests: Resources;
  /** null: no limit. */
  readonly limits: { readonly cpuMilli: number | null; readonly memoryBytes: number | null };
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe | null;
  readonly readinessProbe: Probe | null;
  readonly livenessProbe: Probe | null;
  readonly postStart: Hook | null;
  readonly preStop: Hook | null;
  /** An init container with restartPolicy Always. */
  readonly sidecar: boolean;
  /** What its code does, resolved from the scenario's `workload` and the image's version. */
  readonly workload: Workload;
}

export interface Resources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface Probe {
  readonly handler: 'http' | 'tcp' | 'exec' | 'grpc';
  /** HTTP path, or the command's text. */
  readonly target: string;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  readonly terminationGracePeriodSeconds: number | null;
}

/** A lifecycle hook as the steps that the model can carry out, in order. `text` is what the user wrote. */
export interface Hook {
  readonly handler: 'exec' | 'sleep' | 'http' | 'tcp';
  readonly steps: readonly HookStep[];
  readonly text: string;
}

export type HookStep =
  | { readonly do: 'sleep'; readonly durationMs: DurationMs }
  /** Sends a signal to process 1 of the container. */
  | { readonly do: 'signal'; readonly signal: Signal };

export type Signal = 'TERM' | 'QUIT' | 'INT' | 'KILL' | 'HUP';

export interface Service extends Manifest {
  readonly kind: 'Service';
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  readonly targetPort: number | string;
  readonly publishNotReadyAddresses: boolean;
  /** null: none; seconds: ClientIP with this timeout (R-KP-11). */
  readonly sessionAffinitySeconds: number | null;
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
}

export interface PodDisruptionBudget extends Manifest {
  readonly kind: 'PodDisruptionBudget';
  readonly selector: Readonly<Record<string, string>>;
  readonly minAvailable: IntOrPercent | null;
  readonly maxUnavailable: IntOrPercent | null;
  /** R-PDB-3. Absent: IfHealthyBudget, the default. */
  readonly unhealthyPodEvictionPolicy?: 'AlwaysAllow';
}

export interface HorizontalPodAutoscaler extends Manifest {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export interface Job extends Manifest {
  readonly kind: 'Job';
  readonly template: PodTemplate;
  readonly completions: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  readonly activeDeadlineSeconds: number | null;
}

export interface ResourceQuota extends Manifest {
  readonly kind: 'ResourceQuota';
  /** null: not limited. */
  readonly pods: number | null;
  readonly requestsCpuMilli: number | null;
  readonly requestsMemoryBytes: number | null;
}

/** Objects that the model only checks references to. */
export interface ReferencedObject extends Manifest {
  readonly kind: 'Namespace' | 'Secret' | 'ConfigMap' | 'ServiceAccount';
  readonly keys: readonly string[];
}

// ---- changes

export interface Change {
  /** `at` counts from time 0; `after` waits for the change before it to reach its `waitFor`, then `delayMs`. */
  readonly start:
    | { readonly kind: 'at'; readonly timeMs: TimeMs }
    | { readonly kind: 'after'; readonly delayMs: DurationMs };
  readonly action: ChangeAction;
  readonly waitFor: 'applied' | 'rollout/complete' | 'job/complete';
  readonly location: SourceLocation;
}

export type ChangeAction =
  | { readonly kind: 'apply'; readonly objects: readonly KubernetesObject[] }
  /** `kubectl rollout undo`; revision null: the one before. */
  | { readonly kind: 'undo'; readonly deployment: string; readonly toRevision: number | null }
  | { readonly kind: 'pause' | 'resume' | 'restart'; readonly deployment: string }
  | { readonly kind: 'scale'; readonly deployment: string; readonly replicas: number };

// ---- workload

/** What a container's code does; the manifest cannot say it. Rates of failure are shares in [0, 1]. */
export interface Workload {
  readonly name: string;
  /** Milliseconds of one request in a worker, all waits of its own included. */
  readonly serviceTime: DistributionSpec;
  /** Requests served at once. */
  readonly concurrency: number;
  /** Requests that wait beyond those; one more is answered 503 or its connection attempt dropped. */
  readonly backlog: number;
  readonly overflow: 'http-5xx' | 'drop';
  /** Milliseconds from process start to an open listener; null: it never listens. */
  readonly boot: DistributionSpec | null;
  readonly onSigterm: SigtermBehaviour;
  /** Idle milliseconds after which the server closes a connection; 0: never. */
  readonly keepAliveTimeoutMs: DurationMs;
  /** CPU time of one request; the container's CPU limit bounds how many fit. */
  readonly cpuPerRequestMs: DurationMs;
  /** Names of shared dependencies that readiness checks (R-APP-6). */
  readonly dependencies: readonly string[];
  /** R-APP-11: X(t) = X·(1 + factor·e^(−t/τ)), t since the listener opened. */
  readonly coldStart: { readonly factor: number; readonly tauMs: DurationMs } | null;
  /** Share of requests that the code answers with a 5xx of its own. */
  readonly errorRate: number;
  /** Milliseconds until the process ends by itself; null: it runs until told to stop. */
  readonly runs: DistributionSpec | null;
  /** Share of runs that end with a non-zero code. */
  readonly failureRate: number;
}

/** R-SRV-2. */
export interface SigtermBehaviour {
  readonly style: 'exit' | 'stop-accept' | 'lame-duck' | 'ignore';
  /** Longest wait for requests in flight after the listener closed; what remains is cut. */
  readonly drainMaxMs: DurationMs;
  /** lame-duck only: how long the listener stays open. */
  readonly lameDuckMs: DurationMs;
  /** Whether readiness fails from SIGTERM on. */
  readonly failReadiness: boolean;
  /** Whether answers carry `Connection: close` from SIGTERM on, so that clients leave by themselves. */
  readonly closeHeader: boolean;
}

// ---- traffic

export interface Traffic {
  readonly service: string;
  readonly arrivals: 'poisson' | 'constant' | 'closed';
  /** Piecewise rate, ascending in time; the first entry also holds before its time. Empty for `closed`. */
  readonly rate: readonly { readonly atMs: TimeMs; readonly rateRps: number }[];
  /** Whether the rate goes linearly from entry to entry instead of in steps. */
  readonly ramp: boolean;
  /** closed: this many users, each waits a think time, asks, waits for the answer. */
  readonly closed: { readonly users: number; readonly thinkTime: DistributionSpec } | null;
  readonly path: { readonly kind: 'kube-proxy' };
  readonly clients: Clients;
}

export interface Clients {
  /** Client pods, spread round robin over the nodes; each has an address of its own. */
  readonly count: number;
  readonly connectionsEach: number;
  /** false: a new connection for each request. */
  readonly keepAlive: boolean;
  /** Which idle connection of its pool a client takes. */
  readonly reuse: 'lifo' | 'fifo' | 'random';
  /** Deadline of one attempt, connecting included. */
  readonly timeoutMs: DurationMs;
  readonly connectTimeoutMs: DurationMs;
  /** Idle time after which the client closes a connection itself; 0: never. */
  readonly idleTimeoutMs: DurationMs;
  /** 0: unlimited. */
  readonly requestsPerConnectionMax: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly retries: Retries;
}

/** R-CLI-3, R-CLI-7. `connect`: nothing was sent; `reset`: the connection died; `timeout`; `5xx`: an answer. */
export interface Retries {
  readonly max: number;
  readonly on: readonly ('connect' | 'reset' | 'timeout' | '5xx')[];
  /** Wait before the k-th retry is uniform in [0, min(capMs, baseMs·2^k)]. */
  readonly backoff: { readonly baseMs: DurationMs; readonly capMs: DurationMs };
}

// ---- expectations

export type Expectation = { readonly location: SourceLocation } & (
  | { readonly name: 'failedRequests'; readonly max: number }
  | { readonly name: 'failedShare'; readonly max: number }
  | {
      readonly name: 'latency';
      readonly quantile: 'p50' | 'p90' | 'p99' | 'p999';
      readonly maxMs: DurationMs;
    }
  | { readonly name: 'podsMax'; readonly max: number }
  | { readonly name: 'readyMin'; readonly min: number }
  | { readonly name: 'rolloutWithin'; readonly maxMs: DurationMs }
);
