import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { RateArrivals } from '../../../../src/model/traffic/arrivals.ts';
import type { Traffic } from '../../../../src/scenario/scenario.ts';
import { trafficOf } from './engine-fixture.ts';

function times(traffic: Partial<Traffic>, startMs: number, endMs: number, seed = 1): number[] {
  const random = new RandomStreams(seed).stream('arrivals');
  const arrivals = new RateArrivals(trafficOf({ traffic }), random, startMs, endMs);
  const list: number[] = [];
  for (; arrivals.nextMs < Number.POSITIVE_INFINITY; arrivals.next()) list.push(arrivals.nextMs);
  return list;
}

/** A Poisson count beyond 5 sigma of its mean is a false alarm once in 1.7 million. */
function expectCount(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
}

const between = (list: readonly number[], fromMs: number, toMs: number): number =>
  list.filter((timeMs) => timeMs > fromMs && timeMs <= toMs).length;

describe('arrivals', () => {
  it('come at equal distances when constant, with the phase carried over a step', () => {
    const rate = [
      { atMs: 0, rateRps: 100 },
      { atMs: 25, rateRps: 200 },
    ];
    const list = times({ rate }, 0, 46);
    expect(list).toHaveLength(6);
    [10, 20, 27.5, 32.5, 37.5, 42.5].forEach((expected, i) => expect(list[i]).toBeCloseTo(expected, 9));
  });

  it('follow the integral of a ramp exactly when constant', () => {
    // From 0 to 200 rps over one second: k arrivals by the time at which 100·t² = k.
    const rate = [
      { atMs: 0, rateRps: 0 },
      { atMs: 1000, rateRps: 200 },
    ];
    const list = times({ rate, ramp: true }, 0, 1000.001);
    expect(list).toHaveLength(100);
    list.forEach((timeMs, i) => expect(timeMs).toBeCloseTo(1000 * Math.sqrt((i + 1) / 100), 6));
  });

  it('are Poisson: counts of disjoint intervals have equal mean and variance', () => {
    const list = times({ arrivals: 'poisson', rate: [{ atMs: 0, rateRps: 1000 }] }, 0, 100_000);
    expectCount(list.length, 100_000);
    const counts = Array.from({ length: 1000 }, () => 0);
    for (const timeMs of list) {
      const bin = Math.min(999, Math.floor(timeMs / 100));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const variance = counts.reduce((sum, count) => sum + (count - 100) ** 2, 0) / 1000;
    // The variance of 1000 counts has standard error 100·√(2/1000); 5 of them.
    expect(Math.abs(variance / 100 - 1)).toBeLessThan(5 * Math.sqrt(2 / 1000));
  });

  it.each([false, true])('follow a profile when Poisson (ramp: %s)', (ramp) => {
    const rate = [
      { atMs: 1000, rateRps: 1000 },
      { atMs: 5000, rateRps: 5000 },
      { atMs: 9000, rateRps: 0 },
      { atMs: 10_000, rateRps: 2000 },
    ];
    const list = times({ arrivals: 'poisson', rate, ramp }, 0, 20_000);
    expect(list.every((timeMs, i) => i === 0 || timeMs >= (list[i - 1] as number))).toBe(true);
    expectCount(between(list, 0, 1000), 1000);
    expectCount(between(list, 1000, 3000), ramp ? 4000 : 2000);
    expectCount(between(list, 3000, 5000), ramp ? 8000 : 2000);
    expectCount(between(list, 5000, 9000), ramp ? 10_000 : 20_000);
    expectCount(between(list, 9000, 10_000), ramp ? 1000 : 0.04);
    expectCount(between(list, 10_000, 20_000), 20_000);
  });

  it('begin after the start, also when that lies in the middle of the profile, and end at the end', () => {
    const rate = [
      { atMs: 0, rateRps: 10 },
      { atMs: 1000, rateRps: 100 },
    ];
    const list = times({ rate }, 1500, 1600);
    expect(list).toHaveLength(10);
    expect(list[0]).toBeCloseTo(1510, 9);
    expect(list.at(-1)).toBeLessThanOrEqual(1600.000001);
  });
});
