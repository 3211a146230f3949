/** What a test tells the program that it starts, through the environment. */
import type { RunningCluster } from '../../../../src/harness/cluster.ts';
import type { Waits } from '../../../../src/harness/experiment/replay-options.ts';

export interface StandIn {
  /** Its API server and its pods listen in the test's own process. */
  readonly cluster: RunningCluster;
  readonly waits: Waits;
  /** Which replay fails as it begins, counted from 1. */
  readonly failingReplay?: number;
  /** From which replay on there is no cluster. */
  readonly goneFromReplay?: number;
}

const VARIABLE = 'ROLLOUT_SIM_STAND_IN';

export function environmentOf(standIn: StandIn): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(standIn) };
}

export function standIn(): StandIn {
  return JSON.parse(process.env[VARIABLE] ?? '') as StandIn;
}
