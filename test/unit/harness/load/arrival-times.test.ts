/** Arrivals of the open loop: their number, their gaps, and rates that change. */
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { ArrivalTimes } from '../../../../src/harness/load/arrival-times.ts';
import type { Traffic } from '../../../../src/scenario/scenario.ts';

function times(
  traffic: Pick<Traffic, 'arrivals' | 'rate' | 'ramp'>,
  startMs: number,
  endMs: number,
  seed = 1,
): number[] {
  const arrivals = new ArrivalTimes(traffic, new RandomStreams(seed).stream('arrivals'), startMs, endMs);
  const found: number[] = [];
  for (; arrivals.nextMs < Infinity; arrivals.advance()) found.push(arrivals.nextMs);
  return found;
}

const steady = (
  arrivals: Traffic['arrivals'],
  rateRps: number,
): Pick<Traffic, 'arrivals' | 'rate' | 'ramp'> => ({
  arrivals,
  rate: [{ atMs: 0, rateRps }],
  ramp: false,
});

describe('arrivals', () => {
  it('constant ones come at equal distances', () => {
    expect(times(steady('constant', 100), -30, 50)).toEqual(
      [-20, -10, 0, 10, 20, 30, 40, 50].map((t) => expect.closeTo(t, 9)),
    );
  });

  it('Poisson ones have exponential gaps, whatever the seed', () => {
    for (const seed of [1, 2, 3]) {
      const found = times(steady('poisson', 1000), 0, 60_000, seed);
      // 60 000 expected: five standard deviations are 1 225.
      expect(Math.abs(found.length - 60_000)).toBeLessThan(1225);
      const gaps = found.slice(1).map((time, i) => time - (found[i] ?? 0));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
      expect(variance / mean ** 2).toBeGreaterThan(0.96);
      expect(variance / mean ** 2).toBeLessThan(1.04);
      // A third of e of them is longer than the mean.
      const longer = gaps.filter((gap) => gap > mean).length / gaps.length;
      expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.01);
    }
  });

  it('a step changes the rate at its time; the first entry holds before it', () => {
    const traffic = {
      arrivals: 'constant',
      rate: [
        { atMs: 0, rateRps: 100 },
        { atMs: 1000, rateRps: 400 },
      ],
      ramp: false,
    } as const;
    const found = times(traffic, -1000, 2000);
    const between = (from: number, to: number): number =>
      found.filter((time) => time > from && time <= to).length;
    expect([between(-1000, 0), between(0, 1000), between(1000, 2000)]).toEqual([100, 100, 400]);
  });

  it('a ramp goes linearly from entry to entry, and down to nothing', () => {
    const traffic = {
      arrivals: 'constant',
      rate: [
        { atMs: 0, rateRps: 0 },
        { atMs: 1000, rateRps: 200 },
        { atMs: 2000, rateRps: 0 },
      ],
      ramp: true,
    } as const;
    const found = times(traffic, -500, 5000);
    // The area under the first half of the ramp is a quarter of that under all of it.
    expect(found.filter((time) => time <= 500.001).length).toBe(25);
    expect(found.filter((time) => time <= 1000.001).length).toBe(100);
    expect(found.length).toBeGreaterThanOrEqual(199);
    expect(Math.max(...found)).toBeLessThanOrEqual(2000);
  });

  it('a start inside of a ramp finds its rate', () => {
    const ramp = {
      arrivals: 'constant',
      rate: [
        { atMs: 0, rateRps: 0 },
        { atMs: 1000, rateRps: 200 },
      ],
      ramp: true,
    } as const;
    expect(times(ramp, 500, 1000.001).length).toBe(75);
  });
});
