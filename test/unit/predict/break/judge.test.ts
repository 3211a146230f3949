import { describe, expect, test } from 'vitest';
import { goalsOf, misses, WORSE_FACTOR } from '../../../../src/predict/break/goals.ts';
import { judge, type Trial } from '../../../../src/predict/break/judge.ts';
import type { RunSummary } from '../../../../src/predict/run-summary.ts';
import type { Expectation } from '../../../../src/scenario/scenario.ts';
import { causeOf, runOf } from '../run-of.ts';

const AT = { file: 'scenario.yaml', line: 1, column: 1 };
const NONE_FAIL: Expectation = { name: 'failedRequests', max: 0, location: AT };
const READY: Expectation = { name: 'readyMin', min: 3, location: AT };

const failing = (failed: number): RunSummary =>
  runOf({ causes: failed === 0 ? [] : [causeOf('R-SRV-7', failed)] });
const good = Array.from({ length: 5 }, () => failing(0));

/** Judges by how many requests fail in the run of each seed. */
function verdict(trial: Trial, failed: readonly number[]): ReturnType<typeof judge> {
  return judge(trial, (seed) => failing(failed[seed] ?? Number.NaN));
}

describe('goals', () => {
  test('what holds without faults is to be missed', () => {
    const [goal] = goalsOf([NONE_FAIL], good, 3);
    expect(goal).toEqual({ expectation: NONE_FAIL, beyond: null, counts: [true, true, true] });
    expect(misses(goal!, failing(1))).toBe(true);
    expect(misses(goal!, failing(0))).toBe(false);
  });

  test('of what is missed already, only far worse counts', () => {
    const [few, ready] = goalsOf([NONE_FAIL, READY], [runOf({ minReady: 2 }), failing(40), failing(7)], 2);
    expect(few).toMatchObject({ beyond: 40 * WORSE_FACTOR, counts: [true, true] });
    expect(misses(few!, failing(80))).toBe(false);
    expect(misses(few!, failing(81))).toBe(true);
    expect(ready).toMatchObject({ beyond: 2 / WORSE_FACTOR });
    expect(misses(ready!, runOf({ minReady: 1 }))).toBe(false);
    expect(misses(ready!, runOf({ minReady: 0 }))).toBe(true);
  });

  test('a seed that misses an expectation by itself does not count against the faults', () => {
    const runs = [failing(9), ...Array.from({ length: 39 }, () => failing(0))];
    expect(goalsOf([NONE_FAIL], runs, 3)[0]?.counts).toEqual([false, true, true]);
  });
});

describe('a verdict', () => {
  const trial: Trial = { goals: goalsOf([NONE_FAIL], good, 5), first: 1, all: 5 };

  test('one run that misses nothing is enough', () => {
    expect(verdict(trial, [0])).toEqual({ broken: [], runs: 1 });
  });

  test('what seems to break is looked at until most seeds agree', () => {
    expect(verdict(trial, [1, 1, 1])).toEqual({ broken: [0], runs: 3 });
    expect(verdict(trial, [1, 0, 1, 0, 1])).toEqual({ broken: [0], runs: 5 });
    expect(verdict(trial, [1, 0, 0, 0])).toEqual({ broken: [], runs: 4 });
  });

  test('only seeds that count decide', () => {
    const [goal] = trial.goals;
    const counts = [true, false, false, false, false];
    const one: Trial = { ...trial, goals: [{ ...goal!, counts }] };
    expect(verdict(one, [3])).toEqual({ broken: [0], runs: 1 });
    expect(verdict({ ...one, goals: [{ ...goal!, counts: counts.map(() => false) }] }, [3])).toEqual({
      broken: [],
      runs: 0,
    });
  });

  test('names every goal that is broken', () => {
    const both: Trial = { ...trial, goals: goalsOf([NONE_FAIL, READY], good, 5) };
    expect(judge(both, () => runOf({ causes: [causeOf('R-SRV-7', 4)], minReady: 0 }))).toEqual({
      broken: [0, 1],
      runs: 3,
    });
  });
});
