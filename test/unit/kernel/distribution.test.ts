import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import {
  compileDistribution,
  lognormalParameters,
  scaleDistribution,
  type DistributionSpec,
} from '../../../src/kernel/distribution.ts';
import { normalQuantile } from '../../../src/kernel/normal.ts';
import { RandomStreams } from '../../../src/kernel/random.ts';

const SAMPLES = 100_000;
const PROBABILITIES = [0.01, 0.1, 0.5, 0.9, 0.99];

/** Closed form of P(X ≤ x). */
const CASES: readonly { spec: DistributionSpec; probabilityUpTo: (x: number) => number }[] = [
  { spec: { kind: 'uniform', min: 2, max: 5 }, probabilityUpTo: (x) => (x - 2) / 3 },
  { spec: { kind: 'exponential', mean: 4 }, probabilityUpTo: (x) => 1 - Math.exp(-x / 4) },
  {
    spec: { kind: 'lognormal', p50: 20, p99: 90 },
    probabilityUpTo: (x) => {
      const { mu, sigma } = lognormalParameters(20, 90);
      return jstat.normal.cdf((Math.log(x) - mu) / sigma, 0, 1);
    },
  },
  {
    spec: { kind: 'gamma', mean: 10, cv: 0.5 },
    probabilityUpTo: (x) => jstat.gamma.cdf(x, 4, 2.5),
  },
  {
    spec: { kind: 'gamma', mean: 10, cv: 2 },
    probabilityUpTo: (x) => jstat.gamma.cdf(x, 0.25, 40),
  },
];

it.each(CASES)('$spec.kind $spec fills with what it draws one by one', ({ spec }) => {
  const distribution = compileDistribution(spec);
  const [one, many] = [new RandomStreams(3).stream('fill'), new RandomStreams(3).stream('fill')];
  // Odd numbers leave half of a pair of normal draws for the next time.
  for (const length of [1, 64, 3, 0, 2, 65]) {
    const values = new Float64Array(length);
    if (distribution.fill === undefined) values.forEach((_, at) => (values[at] = distribution.sample(many)));
    else distribution.fill(many, values);
    expect([...values]).toEqual(Array.from(values, () => distribution.sample(one)));
  }
});

describe.each(CASES)('$spec.kind $spec', ({ spec, probabilityUpTo }) => {
  const distribution = compileDistribution(spec);
  const stream = new RandomStreams(11).stream('distribution', JSON.stringify(spec));
  const values = Float64Array.from({ length: SAMPLES }, () => distribution.sample(stream)).sort();

  it('has the stated mean within 5 standard errors (false alarm one in 1.7 million)', () => {
    const mean = values.reduce((sum, value) => sum + value, 0) / SAMPLES;
    expect(Math.abs(mean - distribution.mean)).toBeLessThan(5 * Math.sqrt(distribution.variance / SAMPLES));
  });

  it('has the stated variance within 5 standard errors, estimated from the fourth moment', () => {
    const squares = values.map((value) => (value - distribution.mean) ** 2);
    const variance = squares.reduce((sum, value) => sum + value, 0) / SAMPLES;
    const ofSquares = squares.reduce((sum, value) => sum + (value - variance) ** 2, 0) / SAMPLES;
    expect(Math.abs(variance - distribution.variance)).toBeLessThan(5 * Math.sqrt(ofSquares / SAMPLES));
  });

  it.each(PROBABILITIES)('has its %d quantile where the closed form puts it', (p) => {
    // The share below the sample quantile is p ± 5 standard errors.
    const quantile = values[Math.floor(p * SAMPLES)] as number;
    expect(Math.abs(probabilityUpTo(quantile) - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / SAMPLES));
  });

  it('scales with its spec', () => {
    const scaled = compileDistribution(scaleDistribution(spec, 3));
    expect(scaled.mean).toBeCloseTo(distribution.mean * 3, 9);
    expect(scaled.variance).toBeCloseTo(distribution.variance * 9, 6);
    const a = new RandomStreams(2).stream('scale');
    const b = new RandomStreams(2).stream('scale');
    for (let i = 0; i < 20; i++) expect(scaled.sample(a)).toBeCloseTo(distribution.sample(b) * 3, 9);
  });
});

describe('other distributions', () => {
  const stream = new RandomStreams(1).stream('other');

  it('a constant is itself', () => {
    const distribution = compileDistribution({ kind: 'constant', value: 3 });
    expect([distribution.sample(stream), distribution.mean, distribution.variance]).toEqual([3, 3, 0]);
  });

  it('an empirical one draws its values only, each as often', () => {
    const distribution = compileDistribution({ kind: 'empirical', values: [1, 2, 6] });
    expect(distribution.mean).toBe(3);
    expect(distribution.variance).toBeCloseTo(14 / 3, 12);
    const counts = new Map<number, number>();
    for (let i = 0; i < 30_000; i++) {
      const value = distribution.sample(stream);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 2, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('the log-normal passes through its two quantiles', () => {
    const { mu, sigma } = lognormalParameters(20, 90);
    expect(Math.exp(mu)).toBeCloseTo(20, 9);
    expect(Math.exp(mu + sigma * normalQuantile(0.99))).toBeCloseTo(90, 9);
  });

  it.each<DistributionSpec>([
    { kind: 'uniform', min: 2, max: 1 },
    { kind: 'lognormal', p50: 0, p99: 1 },
    { kind: 'lognormal', p50: 2, p99: 1 },
    { kind: 'gamma', mean: 1, cv: 0 },
    { kind: 'empirical', values: [] },
  ])('refuses %o', (spec) => {
    expect(() => compileDistribution(spec)).toThrow(RangeError);
  });
});

describe('normal quantile', () => {
  it('agrees with jstat to nine digits', () => {
    for (let i = 1; i < 1000; i++) {
      expect(normalQuantile(i / 1000)).toBeCloseTo(jstat.normal.inv(i / 1000, 0, 1), 7);
    }
    for (const p of [1e-9, 1e-6, 1e-4, 1 - 1e-4, 1 - 1e-6]) {
      expect(normalQuantile(p)).toBeCloseTo(jstat.normal.inv(p, 0, 1), 6);
    }
  });

  it('reaches infinity at the ends and refuses what is no probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });
});
