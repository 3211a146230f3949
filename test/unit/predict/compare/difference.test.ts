import { describe, expect, test } from 'vitest';
import {
  differenceOfPairs,
  differenceOfSamples,
  verdictOf,
} from '../../../../src/predict/compare/difference.ts';
import { summarize } from '../../../../src/predict/statistics.ts';

const sample = (...values: number[]): Parameters<typeof differenceOfSamples>[0] => ({
  summary: summarize(values),
  runs: values.length,
});

describe('pairs', () => {
  test('the interval is that of the paired differences, far narrower than the figures lie apart', () => {
    const difference = differenceOfPairs([10, 100, 1000, 5000], [9, 98, 999, 4998]);
    expect(difference).toMatchObject({
      mean: -1.5,
      method: 'paired',
      pairs: { count: 4, higher: 0, lower: 4 },
    });
    // t(0.975, 3) = 3.1824, the differences' standard deviation 0.57735.
    expect(difference.low).toBeCloseTo(-1.5 - (3.1824 * 0.57735) / 2, 4);
    expect(difference.high).toBeCloseTo(-1.5 + (3.1824 * 0.57735) / 2, 4);
    expect(verdictOf(difference, 'less')).toBe('better');
    expect(verdictOf(difference, 'more')).toBe('worse');
    expect(verdictOf(difference, 'neither')).toBe('lower');
  });

  test('one pair has no interval, and its verdict is what it shows', () => {
    const difference = differenceOfPairs([3], [5]);
    expect(difference).toEqual({
      mean: 2,
      low: null,
      high: null,
      method: 'single',
      pairs: { count: 1, higher: 1, lower: 0 },
    });
    expect(verdictOf(difference, 'less')).toBe('worse');
  });

  test('equal runs are the same, a missing figure is unclear', () => {
    expect(verdictOf(differenceOfPairs([1, 2, 3], [1, 2, 3]), 'less')).toBe('same');
    expect(verdictOf(null, 'less')).toBe('unclear');
  });

  test('where bursts widen the interval across zero, six pairs that lean one way decide', () => {
    const bursty = [10, 12, 9, 11, 10, 9000];
    const six = differenceOfPairs(bursty, [0, 0, 0, 0, 0, 0]);
    expect(six.high).toBeGreaterThan(0);
    expect(verdictOf(six, 'less')).toBe('better');
    const five = differenceOfPairs(bursty.slice(1), [0, 0, 0, 0, 0]);
    expect(verdictOf(five, 'less')).toBe('unclear');
  });

  test('interval and pairs that contradict each other leave it open', () => {
    const difference = {
      mean: 5,
      low: 1,
      high: 9,
      method: 'paired',
      pairs: { count: 20, higher: 2, lower: 18 },
    } as const;
    expect(verdictOf(difference, 'less')).toBe('unclear');
  });
});

describe('samples without common seeds', () => {
  test('Welch: the worked example of two samples of unequal variance', () => {
    const difference = differenceOfSamples(sample(1, 2, 3, 4, 5), sample(11, 12, 13, 14, 20));
    expect(difference).toMatchObject({ mean: 11, method: 'independent', pairs: null });
    // Variances 2.5 and 12.5 over 5: standard error √3, 5.54 degrees of freedom, rounded down to 5: t = 2.5706.
    expect(difference.low).toBeCloseTo(11 - 2.5706 * Math.sqrt(3), 3);
    expect(verdictOf(difference, 'less')).toBe('worse');
  });

  test('constant figures have an interval without width', () => {
    expect(differenceOfSamples(sample(20, 20, 20), sample(25, 25, 25))).toMatchObject({
      mean: 5,
      low: 5,
      high: 5,
    });
    expect(verdictOf(differenceOfSamples(sample(4, 4), sample(4, 4)), 'less')).toBe('same');
  });

  test('one run is held against where the other side’s next run would lie', () => {
    const many = sample(...Array.from({ length: 40 }, (_, index) => index));
    const difference = differenceOfSamples(sample(100), many);
    expect(difference).toMatchObject({ mean: 19.5 - 100, method: 'one-run' });
    expect(difference.low).toBeCloseTo(many.summary.p2_5 - 100);
    expect(difference.high).toBeCloseTo(many.summary.p97_5 - 100);
    expect(verdictOf(difference, 'less')).toBe('better');
    expect(verdictOf(differenceOfSamples(sample(20), many), 'less')).toBe('unclear');
  });

  test('one run on each side has no interval', () => {
    expect(differenceOfSamples(sample(1), sample(4))).toEqual({
      mean: 3,
      low: null,
      high: null,
      method: 'single',
      pairs: null,
    });
  });
});
