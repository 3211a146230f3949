import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import { RandomStreams, type RandomStream } from '../../../src/kernel/random.ts';
import {
  mean,
  predictionInterval,
  quantile,
  standardDeviation,
  summarize,
} from '../../../src/predict/statistics.ts';

function draws(count: number, draw: (random: RandomStream) => number, seed = 1): number[] {
  const random = new RandomStreams(seed).stream('test');
  return Array.from({ length: count }, () => draw(random));
}

/** Knuth's product method. */
function poisson(mu: number): (random: RandomStream) => number {
  return (random) => {
    let count = 0;
    for (let product = random.unit53(); product > Math.exp(-mu); product *= random.unit53()) count++;
    return count;
  };
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

describe('moments and quantiles', () => {
  const values = draws(137, (random) => 100 * random.unit());

  it('agree with jstat', () => {
    expect(mean(values)).toBeCloseTo(jstat.mean(values), 10);
    expect(standardDeviation(values)).toBeCloseTo(jstat.stdev(values, true), 10);
    for (const p of [0, 0.025, 0.25, 0.5, 0.9, 1]) {
      expect(quantile(sorted(values), p)).toBeCloseTo(jstat.percentile(values, p), 10);
    }
  });

  it('of a single value are that value', () => {
    expect(summarize([7])).toEqual({
      mean: 7,
      sd: 0,
      p2_5: 7,
      p25: 7,
      p50: 7,
      p75: 7,
      p97_5: 7,
      min: 7,
      max: 7,
    });
  });

  it('refuse an empty list', () => {
    expect(() => mean([])).toThrow(RangeError);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => summarize([])).toThrow(RangeError);
  });

  it('do not depend on the order of runs', () => {
    const { mean: _mean, sd: _sd, ...ranks } = summarize(values);
    const { mean: _other, sd: _otherSd, ...reversed } = summarize(values.toReversed());
    expect(reversed).toEqual(ranks);
  });
});

describe('prediction interval of one run', () => {
  const laws: Record<string, (random: RandomStream) => number> = {
    'Poisson, mean 4': poisson(4),
    'Poisson, mean 60': poisson(60),
    'log-normal, 30 % relative error': (random) => 1000 * Math.exp(0.3 * random.normal()),
    'Poisson of a log-normal rate': (random) => poisson(50 * Math.exp(0.3 * random.normal()))(random),
    'normal, far from zero': (random) => 90 + 5 * random.normal(),
  };

  for (const [law, draw] of Object.entries(laws)) {
    for (const runs of [8, 20, 38, 60]) {
      it(`holds about 95 % of further runs: ${law}, ${runs} runs`, () => {
        const random = new RandomStreams(11).stream('coverage', law, runs);
        let held = 0;
        const repeats = 3000;
        for (let repeat = 0; repeat < repeats; repeat++) {
          const [lower, upper] = predictionInterval(sorted(Array.from({ length: runs }, () => draw(random))));
          const next = draw(random);
          if (next >= lower && next <= upper) held++;
        }
        expect(held / repeats).toBeGreaterThan(0.935);
        expect(held / repeats).toBeLessThan(0.99);
      });
    }
  }

  it('uses the t distribution’s own quantiles', () => {
    for (let runs = 2; runs <= 38; runs++) {
      // Roots that alternate around 10 000, so that no single one lies outside the bounds.
      const values = Array.from({ length: runs }, (_, run) => (10_000 + (run % 2)) ** 2);
      const roots = values.map((value) => Math.sqrt(value));
      const [, upper] = predictionInterval(sorted(values));
      const reach = Math.sqrt(upper) - jstat.mean(roots);
      const t = reach / (jstat.stdev(roots, true) * Math.sqrt(1 + 1 / runs));
      const expected = jstat.studentt.inv(0.975, runs - 1);
      expect(Math.abs(t / expected - 1)).toBeLessThan(1e-4);
    }
  });

  it('is never narrower than what few runs showed, nor below zero', () => {
    const values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 900];
    const [lower, upper] = predictionInterval(values);
    expect(lower).toBe(0);
    expect(upper).toBeGreaterThanOrEqual(900);
  });

  it('has whole bounds for whole figures', () => {
    const [lower, upper] = predictionInterval([20, 20, 20, 20, 20, 21]);
    expect([lower, upper]).toEqual([20, 21]);
  });

  it('is a point when nothing varies', () => {
    expect(predictionInterval(Array.from({ length: 20 }, () => 0))).toEqual([0, 0]);
    expect(predictionInterval(Array.from({ length: 200 }, () => 3))).toEqual([3, 3]);
  });

  it('is the middle 95 % of many runs', () => {
    const values = Array.from({ length: 399 }, (_, index) => index + 1);
    const [lower, upper] = predictionInterval(values);
    expect(lower).toBeCloseTo(10, 9);
    expect(upper).toBeCloseTo(390, 9);
  });

  it('refuses negative figures', () => {
    expect(() => predictionInterval([-1, 2])).toThrow(RangeError);
  });
});
