import { describe, expect, it } from 'vitest';
import { RolloutBench, rolling, testDeployment, withTemplate } from './rollout-bench.ts';

/**
 * The table of R-SUR-1: rolling updates of pods with equal start and termination times. `rollsim.py`, which made
 * it, counts 50 ms a control loop; here every call, watch and sync takes 12.5 ms. The tolerance is 1 s: after 20
 * waves the two have drifted that far apart.
 */
const TOLERANCE_MS = 1000;

const TABLE = [
  // replicas, surge, unavailable, start s, stop s, done s, last old pod gone s, min available, peak pods (null: not in the table)
  [20, 5, '25%', 15, 2, 30.5, 32, 15, 35],
  [20, 5, '25%', 15, 50, 30.5, 80, 15, 40],
  [20, 5, '25%', 30, 50, 60.4, 110, 15, 40],
  [20, 5, 0, 15, 2, 60.7, 63, 20, 30],
  [20, 5, 0, 15, 50, 60.7, 111, 20, 40],
  [20, 5, 0, 30, 50, 120.7, 171, 20, 35],
  [20, 0, '25%', 15, 50, 60.6, 96, 15, 40],
  [20, '100%', 0, 15, 50, 15.3, 65, 20, 40],
  [10, '25%', '25%', 15, 50, 30.5, 80, 8, 20],
  [3, '25%', '25%', 10, 30, 30.7, null, 3, 6],
  [20, 0, 1, 10, 30, 204, null, 19, 23],
] as const;

describe('R-SUR-1: rolling updates of pods with equal times', () => {
  for (const [
    replicas,
    surge,
    unavailable,
    startS,
    stopS,
    doneS,
    lastGoneS,
    minAvailable,
    peakPods,
  ] of TABLE) {
    it(`${replicas} pods, ${surge}/${unavailable}, start ${startS} s, stop ${stopS} s`, () => {
      const bench = new RolloutBench({ startMs: () => startS * 1000, stopMs: () => stopS * 1000 });
      const manifest = testDeployment({ replicas, strategy: rolling(surge, unavailable) });
      const old = bench.settle(manifest);
      let lastOldGoneMs = Number.NaN;
      bench.onChange = () => {
        if (bench.pods.some((pod) => pod.owner.name === old.name)) lastOldGoneMs = Number.NaN;
        else if (Number.isNaN(lastOldGoneMs)) lastOldGoneMs = bench.context.simulation.nowMs;
      };
      bench.apply(withTemplate(manifest, 'v2'));
      bench.run(300_000);
      expect(Math.abs((bench.timeOf('rollout-complete') ?? 0) - doneS * 1000)).toBeLessThan(TOLERANCE_MS);
      expect(Math.abs(lastOldGoneMs - (lastGoneS ?? lastOldGoneMs / 1000) * 1000)).toBeLessThan(TOLERANCE_MS);
      expect(bench.extremes.availableMin).toBe(minAvailable);
      expect(bench.extremes.podsMax).toBe(peakPods);
    });
  }
});
