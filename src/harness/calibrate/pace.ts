/** How often each thing is measured, and the waits in between: a test lowers them. */
import type { DurationMs } from '../../kernel/time.ts';

export interface Pace {
  /** Calls with their watch events, and reconciliations as many. */
  readonly callRounds: number;
  /** Between two of them, so that none waits for the one before. */
  readonly callPauseMs: DurationMs;
  /** Pods that live and end alone, one on each worker. */
  readonly podRounds: number;
  /**
   * A kubelet that has just synced a pod looks at it anew only when the runtime has been listed since: measured, a pod
   * deleted as it becomes Ready gets its SIGTERM 1.9 s later, one that has been running for a while within 0.2 s.
   */
  readonly runsMs: DurationMs;
  readonly burstRounds: number;
  readonly burstPods: number;
  readonly proxyRounds: number;
  /** kube-proxy may put a sync off until a second after the one before (R-KP-3): a change after a longer pause is not. */
  readonly proxyPauseMs: DurationMs;
  /** A proxy follows a change within this. */
  readonly proxyWithinMs: DurationMs;
  readonly sandboxRounds: number;
  /** On each node. */
  readonly roundTrips: number;
  /** The API server may be silent for so long; one that restarts is back before it. */
  readonly apiPatienceMs: DurationMs;
  /** The namespace is gone within this. */
  readonly goneWithinMs: DurationMs;
}

export const PACE: Pace = {
  callRounds: 60,
  callPauseMs: 50,
  podRounds: 8,
  runsMs: 4000,
  burstRounds: 10,
  burstPods: 12,
  proxyRounds: 10,
  proxyPauseMs: 2500,
  proxyWithinMs: 20_000,
  sandboxRounds: 10,
  roundTrips: 100,
  apiPatienceMs: 15_000,
  goneWithinMs: 90_000,
};
