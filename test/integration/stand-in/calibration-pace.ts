/** A calibration of a stand-in cluster, where nothing varies: few rounds, and no waits that only a real one needs. */
import type { Pace } from '../../../src/harness/calibrate/pace.ts';

export const PACE: Pace = {
  callRounds: 6,
  callPauseMs: 5,
  podRounds: 1,
  runsMs: 20,
  burstRounds: 1,
  burstPods: 3,
  proxyRounds: 2,
  proxyPauseMs: 100,
  proxyWithinMs: 20_000,
  sandboxRounds: 1,
  roundTrips: 5,
  apiPatienceMs: 300,
  goneWithinMs: 20_000,
};
