import { describe, expect, it } from 'vitest';
import { byCubics, cumulativeOf } from '../../../src/kernel/cumulative.ts';
import { compileDistribution, type DistributionSpec } from '../../../src/kernel/distribution.ts';
import { RandomStreams } from '../../../src/kernel/random.ts';

const SPECS: readonly DistributionSpec[] = [
  { kind: 'constant', value: 5 },
  { kind: 'uniform', min: 2, max: 9 },
  { kind: 'exponential', mean: 20 },
  { kind: 'lognormal', p50: 20, p99: 90 },
  { kind: 'gamma', mean: 30, cv: 0.4 },
  { kind: 'gamma', mean: 30, cv: 1.7 },
  { kind: 'empirical', values: [1, 4, 4, 9] },
];

describe('cumulativeOf', () => {
  it.each(SPECS)('says of $kind what sampling it shows', (spec) => {
    const random = new RandomStreams(11).stream('cumulative', JSON.stringify(spec));
    const distribution = compileDistribution(spec);
    const sample = Float64Array.from({ length: 40_000 }, () => distribution.sample(random)).toSorted();
    const probability = cumulativeOf(spec);
    // Kolmogorov's distance; 1.95 ÷ √n is passed by chance once in a thousand.
    let distance = 0;
    sample.forEach((value, index) => {
      if (sample[index + 1] === value) return;
      distance = Math.max(distance, Math.abs(probability(value) - (index + 1) / sample.length));
    });
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sample.length));
  });

  it('goes through the quantiles that a log-normal is given by', () => {
    const probability = cumulativeOf({ kind: 'lognormal', p50: 20, p99: 90 });
    expect(probability(20)).toBeCloseTo(0.5, 6);
    expect(probability(90)).toBeCloseTo(0.99, 6);
    expect(probability(0)).toBe(0);
  });
});

describe('byCubics', () => {
  it.each(SPECS.slice(3, 6))('is $kind but for 2e-9', (spec) => {
    const exactly = cumulativeOf(spec);
    const quick = byCubics(exactly);
    let error = 0;
    for (let x = 0.01; x < 1e4; x *= 1.003) error = Math.max(error, Math.abs(quick(x) - exactly(x)));
    expect(error).toBeLessThan(2e-9);
  });

  it('asks itself for what no bucket holds', () => {
    const quick = byCubics((x) => x);
    expect([0, 1e-6, 1e9].map(quick)).toEqual([0, 1e-6, 1e9]);
  });
});
