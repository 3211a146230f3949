/**
 * Where the cluster's side of the model and the traffic's side meet: what the world tells the traffic engine,
 * and what the engine tells about requests that failed. Pods, nodes and clients are small integers here, since
 * an engine handles millions of requests.
 */
import type { DistributionSpec } from '../kernel/distribution.ts';
import type { DurationMs, TimeMs } from '../kernel/time.ts';
import type { Accuracy, FailureClass, Series, Totals } from '../record.ts';

/** Pods are numbered in the order in which their address came up; a number is never used twice. */
export type PodIndex = number;
export type NodeIndex = number;

/**
 * One pod's server as a client meets it (R-SRV-4).
 * - `absent`: the address is gone; a SYN gets no answer (R-CLI-6)
 * - `refusing`: the network namespace lives, nothing listens: RST
 * - `serving`: the listener is open
 * - `closing`: open, and answers carry `Connection: close` (lame duck with closeHeader)
 * - `draining`: listener closed, idle connections closed, requests in flight finish
 */
export type ServerState = 'absent' | 'refusing' | 'serving' | 'closing' | 'draining';

export interface ServerSpec {
  /** Milliseconds in a worker. */
  readonly serviceTime: DistributionSpec;
  readonly concurrency: number;
  readonly backlog: number;
  readonly overflow: 'http-5xx' | 'drop';
  readonly keepAliveTimeoutMs: DurationMs;
  readonly cpuPerRequestMs: DurationMs;
  /** null: no limit. */
  readonly cpuLimitMilli: number | null;
  readonly coldStart: { readonly factor: number; readonly tauMs: DurationMs } | null;
  readonly errorRate: number;
}

/** The usable endpoints of the Service on one node, as that node's proxy has programmed them (R-KP-4). */
export interface NodeEndpoints {
  readonly pods: readonly PodIndex[];
  /** What happens to a new connection when there are none (R-KP-7). */
  readonly whenEmpty: 'reject' | 'drop';
}

/** How one node's proxy spreads new connections (R-KP-6, R-KP-11). */
export interface BalancingSpec {
  readonly algorithm: 'random' | 'round-robin';
  /**
   * null: no affinity. `addressesMax`: how many client addresses a node remembers for each pod
   * (xt_recent keeps a list for each endpoint's chain), Infinity otherwise.
   */
  readonly affinity: { readonly timeoutMs: DurationMs; readonly addressesMax: number } | null;
}

/**
 * How a node takes part in the traffic.
 * - `up`: pods and clients on it send and answer
 * - `stopped`: it stands still, or has lost power: nothing on it sends or answers (R-NOD-2, R-NOD-9)
 * - `booting`: back from a loss of power; its pods answer, its clients have not started yet and know no connection any more
 * - `cut-off`: no network: what is on it reaches only what is on it too (R-NOD-10)
 */
export type NodeState = 'up' | 'stopped' | 'booting' | 'cut-off';

/** What the world tells a traffic engine; every call happens at `nowMs`, which never goes back. */
export interface TrafficEngine {
  /** Makes a pod's address known, in state `refusing`; a serviceTime sampler and streams are keyed by `key`. */
  addPod(nowMs: TimeMs, pod: { index: PodIndex; key: string; node: NodeIndex; server: ServerSpec }): void;
  /** @param warm a server that begins to serve has served for long: its cold start is over (R-APP-11) */
  setServer(nowMs: TimeMs, pod: PodIndex, state: ServerState, warm?: boolean): void;
  /** The process ended: requests in flight are cut, connections die, the state becomes `refusing`. */
  endProcess(nowMs: TimeMs, pod: PodIndex): void;
  /** When the last request now in flight on the pod will have been answered; `nowMs` when none is. */
  drainedAtMs(nowMs: TimeMs, pod: PodIndex): TimeMs;
  setEndpoints(nowMs: TimeMs, node: NodeIndex, endpoints: NodeEndpoints): void;
  /** All nodes are `up` at first. Clients of a node that is `stopped` or `booting` ask for nothing: their requests are not offered. */
  setNode(nowMs: TimeMs, node: NodeIndex, state: NodeState): void;
  /** Follows every request up to `untilMs`. */
  advance(untilMs: TimeMs): void;
}

/**
 * How traffic is simulated (DESIGN §7). `auto` follows one by one the requests that are at risk, and every request
 * where the law that stands for the others does not hold.
 */
export type EngineChoice = 'auto' | 'exact' | 'skip-ahead';

/** How much of a run is recorded: `summary` leaves out series that only a picture of one run shows, as nulls. */
export type Detail = 'full' | 'summary';

/** An engine whose run is over tells what it has counted. */
export interface CountingEngine extends TrafficEngine {
  readonly mode: 'exact' | 'skip-ahead';
  /** Ends the count at `atMs`. @throws Error when a request was lost */
  finish(atMs: TimeMs): void;
  /** @throws Error before `finish` */
  counts(): TrafficCounts;
  /** How closely it looked; known once the run is finished. */
  accuracy(): Accuracy;
}

/** Why a request failed, as the engine sees it; `attribution.ts` finds the rule and the manifest line behind it. */
export type FailureMechanism =
  /** A new connection met a closed listener. */
  | 'listener-closed'
  /** A connection met an address that does not exist any more, or the request queued behind such connections. */
  | 'address-gone'
  /** The node's proxy had no endpoint. */
  | 'no-endpoints'
  /** The connection waited in the accept queue when the listener closed (R-SRV-3). */
  | 'accept-queue-reset'
  /** A request was sent on a kept-alive connection that a stopping server was closing (R-SRV-8). */
  | 'drain-race'
  /** The same, closed for being idle (R-CLI-5). */
  | 'idle-race'
  /** The process ended with the request in flight. */
  | 'in-flight-cut'
  /** The client's deadline passed; the server or the client's pool was too slow. */
  | 'deadline'
  /** The server's queue was full. */
  | 'overflow'
  /** The application answered an error of its own. */
  | 'application-error';

/** A request that failed for good (its last attempt). */
export interface FailureEvent {
  readonly class: FailureClass;
  readonly mechanism: FailureMechanism;
  readonly client: number;
  readonly clientNode: NodeIndex;
  /** -1 when no pod was picked. */
  readonly pod: PodIndex;
  readonly reusedConnection: boolean;
  /** When the connection of the last attempt was opened (or tried). */
  readonly connectionOpenedMs: TimeMs;
  readonly attempts: number;
  readonly arrivedMs: TimeMs;
  /** When the last attempt was sent. */
  readonly sentMs: TimeMs;
  readonly endedMs: TimeMs;
  /** Milliseconds that the last attempt waited before a worker took it; 0 when it never got that far. */
  readonly queuedMs: DurationMs;
}

/** The event is the listener's only until it returns: a copy of it lasts. */
export type FailureListener = (failure: FailureEvent) => void;

/** What an engine has counted, in the run record's own terms. */
export interface TrafficCounts extends Omit<Totals, 'failed'> {
  readonly series: Pick<
    Series,
    | 'offered'
    | 'ok'
    | 'failedByClass'
    | 'newConnections'
    | 'reusedConnections'
    | 'latencyP50Ms'
    | 'latencyP99Ms'
  >;
}
