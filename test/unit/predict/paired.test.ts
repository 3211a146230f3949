import { describe, expect, it } from 'vitest';
import { pairedDifference } from '../../../src/predict/paired.ts';
import { studentQuantile975 } from '../../../src/predict/statistics.ts';

describe('pairedDifference', () => {
  it('is the mean of the differences with its t interval', () => {
    // Differences 1, 2, 3: standard deviation 1, t(2) = 4.3027.
    const difference = pairedDifference([10, 20, 30], [11, 22, 33]);
    expect(difference.mean).toBe(2);
    expect(difference.high).toBeCloseTo(2 + 4.3027 / Math.sqrt(3), 4);
    expect(difference.low).toBeCloseTo(2 - 4.3027 / Math.sqrt(3), 4);
  });

  it('has no width when every pair differs alike, however far apart the pairs are', () => {
    expect(pairedDifference([1, 1000, 5], [4, 1003, 8])).toEqual({ mean: 3, low: 3, high: 3, pairs: 3 });
  });

  it('knows nothing of the spread from one pair', () => {
    expect(pairedDifference([1], [4])).toMatchObject({ mean: 3, low: -Infinity, high: Infinity });
  });

  it('refuses lists that do not pair', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow('make no pairs');
  });
});

describe('studentQuantile975', () => {
  it.each([
    [1, 12.7062],
    [37, 2.0262],
    [38, 2.024394],
    [100, 1.983972],
    [1000, 1.962339],
  ])('at %i degrees of freedom is %f', (degrees, t) => {
    expect(studentQuantile975(degrees)).toBeCloseTo(t, 4);
  });
});
