import { describe, expect, it } from 'vitest';
import { binomial, logOfFailure, poisson } from '../../../src/kernel/counts.ts';
import { RandomStreams } from '../../../src/kernel/random.ts';

const DRAWS = 40_000;

function moments(draw: () => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < DRAWS; i++) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / DRAWS;
  return { mean, variance: squares / DRAWS - mean * mean };
}

describe('poisson', () => {
  it.each([0.01, 0.7, 12, 63, 65, 900])('has mean and variance %f', (wanted) => {
    const random = new RandomStreams(7).stream('poisson', wanted);
    const { mean, variance } = moments(() => poisson(random, wanted));
    expect(Math.abs(mean - wanted)).toBeLessThan(5 * Math.sqrt(wanted / DRAWS));
    expect(Math.abs(variance / wanted - 1)).toBeLessThan(0.2 / Math.min(1, 4 * wanted));
  });

  it('is 0 for a mean of 0', () => {
    expect(poisson(new RandomStreams(1).stream('zero'), 0)).toBe(0);
  });
});

describe('binomial', () => {
  it.each([
    [10, 0.3],
    [1000, 0.001],
    [100_000, 0.5],
    [50, 0.97],
    [1e9, 2e-9],
  ])('%i trials of probability %f', (trials, probability) => {
    const random = new RandomStreams(3).stream('binomial', trials);
    const wanted = trials * probability;
    const spread = wanted * (1 - probability);
    const { mean, variance } = moments(() => binomial(random, trials, probability));
    expect(Math.abs(mean - wanted)).toBeLessThan(5 * Math.sqrt(spread / DRAWS));
    expect(Math.abs(variance / spread - 1)).toBeLessThan(0.1);
  });

  it('never leaves its range', () => {
    const random = new RandomStreams(5).stream('range');
    expect(binomial(random, 0, 0.5)).toBe(0);
    expect(binomial(random, 9, 1)).toBe(9);
    expect(binomial(random, 9, 0)).toBe(0);
    for (let i = 0; i < 1000; i++) expect(binomial(random, 3, 0.9)).toBeLessThanOrEqual(3);
  });
});

describe('logOfFailure', () => {
  it('keeps its digits where the probability is small', () => {
    expect(logOfFailure(1e-12)).toBeCloseTo(-1e-12, 23);
    expect(logOfFailure(0.25)).toBeCloseTo(Math.log(0.75), 15);
  });
});
