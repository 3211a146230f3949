/** Waits of a replay on a stand-in cluster, where everything is quick; what nobody waits for in vain is long, for a busy machine. */
import type { Waits } from '../../../src/harness/experiment/replay-options.ts';

export const STAND_IN_WAITS: Waits = {
  settleWithinMs: 60_000,
  quietMs: 150,
  stuckMs: 20_000,
  warmUpMs: 0,
  loadStartMs: 20,
  shortestMs: 500,
  aftermathMs: 200,
  lastLinesMs: 500,
  lastCountsMs: 150,
  apiPatienceMs: 300,
  goneWithinMs: 30_000,
};
