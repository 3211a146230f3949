import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crps,
  holmRejections,
  intervalScore,
  rankPValue,
  runsToReject,
  skill,
} from '../../../src/verify/scores.ts';

const figures = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 });

describe('CRPS', () => {
  test('of a single value is the distance', () => {
    expect(crps([7], 10)).toBe(3);
    expect(crps([7, 7, 7], 7)).toBe(0);
  });

  test('is the mean distance less half the mean distance among the runs', () => {
    fc.assert(
      fc.property(figures, fc.integer({ min: 0, max: 1000 }), (values, measured) => {
        const n = values.length;
        const distance = values.reduce((sum, value) => sum + Math.abs(value - measured), 0) / n;
        const spread = values.reduce(
          (sum, a) => sum + values.reduce((all, b) => all + Math.abs(a - b), 0),
          0,
        );
        expect(
          crps(
            values.toSorted((a, b) => a - b),
            measured,
          ),
        ).toBeCloseTo(distance - spread / (2 * n * n), 8);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe('interval score', () => {
  test('is the width, and 40 times what lies outside', () => {
    expect(intervalScore(10, 30, 20)).toBe(20);
    expect(intervalScore(10, 30, 31)).toBe(60);
    expect(intervalScore(10, 30, 8)).toBe(100);
  });
});

test('skill is positive when better than the reference, and has no value against a perfect one', () => {
  expect(skill(1, 4)).toBe(0.75);
  expect(skill(8, 4)).toBe(-1);
  expect(skill(0, 0)).toBeNull();
});

describe('rank p-value', () => {
  const ensemble = Array.from({ length: 199 }, (_, index) => index);

  test('is smallest beyond the extremes and one in the middle', () => {
    expect(rankPValue(ensemble, -1)).toBe(0.01);
    expect(rankPValue(ensemble, 500)).toBe(0.01);
    expect(rankPValue(ensemble, 99)).toBe(1);
  });

  test('takes ties for extreme: runs that never differ are contradicted by nothing equal', () => {
    expect(rankPValue([0, 0, 0], 0)).toBe(1);
    expect(
      rankPValue(
        Array.from({ length: 199 }, () => 0),
        1,
      ),
    ).toBe(0.01);
  });

  test('is below 5 % for no more than 5 % of further runs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 40, maxLength: 60 }), (values) => {
        const rare = values.filter((value, index) => rankPValue(values.toSpliced(index, 1), value) <= 0.05);
        expect(rare.length / values.length).toBeLessThanOrEqual(0.05);
      }),
      { seed: 12, numRuns: 100 },
    );
  });
});

describe('Holm', () => {
  test('rejects from the smallest on until one stands', () => {
    expect(holmRejections([0.2, 0.01, 0.02], 0.05)).toEqual([false, true, true]);
    expect(holmRejections([0.04, 0.04], 0.05)).toEqual([false, false]);
    expect(holmRejections([0.04], 0.05)).toEqual([true]);
    expect(holmRejections([], 0.05)).toEqual([]);
  });
});

test('with as many runs as it takes, and no fewer, one of several figures can be refuted by a value beyond all', () => {
  for (const figures of [1, 5, 7]) {
    const runs = runsToReject(figures, 0.025);
    const isRefuted = (count: number): boolean => {
      const ensemble = Array.from({ length: count }, (_, index) => index);
      const others = Array.from({ length: figures - 1 }, () => 1);
      return holmRejections([rankPValue(ensemble, 1e9), ...others], 0.025)[0] ?? false;
    };
    expect([isRefuted(runs - 1), isRefuted(runs)]).toEqual([false, true]);
  }
  expect(runsToReject(7, 0.025)).toBe(559);
});
