import { describe, expect, it } from 'vitest';
import { cumulativeOf } from '../../../src/kernel/cumulative.ts';
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
