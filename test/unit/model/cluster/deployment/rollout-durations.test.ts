import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../../src/kernel/random.ts';
import { ROLLOUT_DURATIONS } from '../../rollout-duration-table.ts';
import { RolloutBench, rolling, testDeployment, withTemplate } from './rollout-bench.ts';

/**
 * The table of R-SUR-1: rolling updates of pods with equal start and termination times. `rollsim.py`, which made
 * it, counts 50 ms a control loop; here every call, watch and sync takes 12.5 ms. The tolerance is 1 s: after 20
 * waves the two have drifted that far apart.
 */
const TOLERANCE_MS = 1000;

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
  ] of ROLLOUT_DURATIONS) {
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

describe('R-SUR-1: rolling updates of pods that start after 10 to 20 s', () => {
  it('takes 31 to 40 s, 36.7 on average; never fewer than 15 available, 40 pods at most', () => {
    const seconds = Array.from({ length: 60 }, (_, seed) => {
      const starts = new RandomStreams(seed).stream('start');
      const bench = new RolloutBench({
        startMs: () => 10_000 + 10_000 * starts.unit(),
        stopMs: () => 50_000,
      });
      const manifest = testDeployment({ replicas: 20, strategy: rolling(5, '25%') });
      bench.settle(manifest);
      bench.apply(withTemplate(manifest, 'v2'));
      bench.run(300_000);
      expect(bench.extremes.availableMin).toBe(15);
      expect(bench.extremes.podsMax).toBe(40);
      return (bench.timeOf('rollout-complete') ?? Number.NaN) / 1000;
    });
    expect(Math.min(...seconds)).toBeGreaterThan(30);
    expect(Math.max(...seconds)).toBeLessThan(41);
    const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
    expect(Math.abs(mean - 36.7)).toBeLessThan(TOLERANCE_MS / 1000);
  });
});
