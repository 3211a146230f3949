import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../../src/kernel/simulation.ts';
import {
  BoundedFrequencyRunner,
  type RunnerOptions,
} from '../../../../../src/model/cluster/service-proxy/bounded-frequency-runner.ts';

/** Requests at these times; the runs as [start, end]. */
function runs(requests: readonly number[], options: Partial<RunnerOptions> = {}): [number, number][] {
  const simulation = new Simulation();
  const seen: [number, number][] = [];
  const complete = {
    minIntervalMs: 1000,
    maxIntervalMs: 3_600_000,
    lastCompletedMs: -60_000,
    costMs: () => 100,
    ...options,
  };
  const runner = new BoundedFrequencyRunner(simulation, complete, () => {
    const startMs = simulation.nowMs;
    return () => {
      seen.push([startMs, simulation.nowMs]);
    };
  });
  for (const timeMs of requests) {
    simulation.at(timeMs, () => {
      runner.request();
    });
  }
  simulation.runUntil(1_000_000);
  return seen;
}

describe('BoundedFrequencyRunner (R-KP-2)', () => {
  it('runs at once when idle', () => {
    expect(runs([5000])).toEqual([[5000, 5100]]);
    expect(runs([10], { lastCompletedMs: -990 })).toEqual([[10, 110]]);
  });

  it('waits until the minimum has passed since the last run completed, not since it started', () => {
    expect(runs([0, 200])).toEqual([
      [0, 100],
      [1100, 1200],
    ]);
    expect(runs([10], { lastCompletedMs: -500 })).toEqual([[500, 600]]);
  });

  it('coalesces what comes while it waits, and runs once more for what comes while it runs', () => {
    expect(runs([0, 200, 300, 1000])).toEqual([
      [0, 100],
      [1100, 1200],
    ]);
    expect(runs([0, 50, 60])).toEqual([
      [0, 100],
      [1100, 1200],
    ]);
  });

  it('has no wait without a minimum (ipvs)', () => {
    expect(runs([0, 50, 200], { minIntervalMs: 0 })).toEqual([
      [0, 100],
      [100, 200],
      [200, 300],
    ]);
  });

  it('is held up by a run that the period alone causes', () => {
    const every30s = { minIntervalMs: 0, maxIntervalMs: 30_000, lastCompletedMs: 0 };
    // Runs without cause: 30 000 to 30 100, 60 100 to 60 200.
    expect(runs([60_150], every30s)).toEqual([[60_200, 60_300]]);
    expect(runs([60_250], every30s)).toEqual([[60_250, 60_350]]);
    expect(runs([60_150], { ...every30s, minIntervalMs: 1000 })).toEqual([[61_200, 61_300]]);
  });
});
