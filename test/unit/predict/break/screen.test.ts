import { describe, expect, test } from 'vitest';
import { failuresThatDecide } from '../../../../src/predict/break/failures-that-decide.ts';
import type { Goal } from '../../../../src/predict/break/goals.ts';
import { judgeSchedules, type JudgeTask } from '../../../../src/predict/break/judge-schedules.ts';
import type { Schedule } from '../../../../src/predict/break/schedule.ts';
import { comesNear, isWorthScreening } from '../../../../src/predict/break/screen.ts';
import type { Expectation } from '../../../../src/scenario/scenario.ts';
import { simulate } from '../../../../src/model/simulate.ts';
import { withFault } from '../../../../src/predict/what-if/varied-scenario.ts';
import { causeOf, runOf } from '../run-of.ts';
import { templateScenario } from '../template-scenario.ts';

const AT = { file: 'scenario.yaml', line: 1, column: 1 };
const START = { kind: 'at', timeMs: 5000 } as const;
const DOWN = { kind: 'node-down', node: 'worker-1', effect: 'crash', durationMs: 60_000 } as const;
const DRAIN = {
  kind: 'drain',
  node: 'worker-1',
  gracePeriodSeconds: null,
  timeoutMs: null,
  uncordonAfterMs: null,
} as const;

function goal(expectation: Expectation, beyond: number | null = null): Goal {
  return { expectation, beyond, counts: [true, true, true] };
}

const failing = (failed: number) => runOf({ causes: failed === 0 ? [] : [causeOf('R-NOD-3', failed)] });
const failuresAtMost = (max: number): Expectation => ({ name: 'failedRequests', max, location: AT });

describe('comesNear', () => {
  test('where none may fail, one of the fraction is enough', () => {
    expect(comesNear(goal(failuresAtMost(0)), failing(0), 8)).toBe(false);
    expect(comesNear(goal(failuresAtMost(0)), failing(1), 8)).toBe(true);
  });

  test('half of the bound is near, whether it is the expectation’s or that of what is missed already', () => {
    for (const near of [goal(failuresAtMost(800)), goal(failuresAtMost(0), 800)]) {
      expect(comesNear(near, failing(50), 8)).toBe(false);
      expect(comesNear(near, failing(51), 8)).toBe(true);
    }
  });

  test('a share and a quantile need no scaling', () => {
    const share = goal({ name: 'failedShare', max: 0.01, location: AT });
    expect(comesNear(share, failing(500), 8)).toBe(false);
    expect(comesNear(share, failing(501), 8)).toBe(true);
    const latency = goal({ name: 'latency', quantile: 'p99', maxMs: 100, location: AT });
    expect(comesNear(latency, runOf({ p99: 80 }), 8)).toBe(false);
    expect(comesNear(latency, runOf({ p99: 81 }), 8)).toBe(true);
  });

  test('pods are counted as they are', () => {
    const ready = goal({ name: 'readyMin', min: 4, location: AT });
    expect(comesNear(ready, runOf({ minReady: 4 }), 8)).toBe(false);
    expect(comesNear(ready, runOf({ minReady: 3 }), 8)).toBe(true);
  });
});

test('only what makes every request be followed is worth a look at fewer', () => {
  const scenario = templateScenario();
  expect(isWorthScreening(scenario, [{ start: START, action: DOWN }])).toBe(true);
  expect(isWorthScreening(scenario, [{ start: START, action: DRAIN }])).toBe(false);
  expect(isWorthScreening(withFault(scenario, START, DOWN), [{ start: START, action: DOWN }])).toBe(false);
});

describe('failuresThatDecide', () => {
  test('the largest bound, where failed requests are all that is asked', () => {
    expect(failuresThatDecide([goal(failuresAtMost(3))])).toBe(3);
    expect(failuresThatDecide([goal(failuresAtMost(3)), goal(failuresAtMost(0), 70)])).toBe(70);
  });

  test('null where something else has a say', () => {
    expect(failuresThatDecide([])).toBeNull();
    expect(
      failuresThatDecide([goal(failuresAtMost(3)), goal({ name: 'readyMin', min: 4, location: AT })]),
    ).toBeNull();
  });

  test('a run that ends early has failed more than so many', () => {
    const scenario = withFault(templateScenario('spec.traffic.rate=200'), START, DOWN);
    const whole = simulate(scenario, { seed: 1, detail: 'summary' });
    const cut = simulate(scenario, { seed: 1, detail: 'summary', failedEnough: 3 });
    expect(whole.totals.failed).toBeGreaterThan(4);
    expect(cut.totals.failed).toBeGreaterThan(3);
    expect(cut.endMs).toBeLessThan(whole.endMs);
    const enough = simulate(scenario, { seed: 1, detail: 'summary', failedEnough: whole.totals.failed });
    expect(enough).toEqual(whole);
  });
});

describe('judgeSchedules', () => {
  const BUSY = [
    'spec.traffic.rate=2000',
    'spec.workload.web.concurrency=64',
    'spec.traffic.clients.connectionsEach=16',
  ];
  const down: Schedule = [{ start: START, action: DOWN }];

  function task(expectation: Expectation, screening: boolean): JudgeTask {
    return {
      kind: 'judge',
      scenario: templateScenario(...BUSY),
      schedules: [down],
      seeds: [1, 2, 3],
      trial: { goals: [goal(expectation)], first: 1, all: 3 },
      engine: 'auto',
      screening,
    };
  }

  test('what comes near is judged with all requests: the verdict is the same', { timeout: 30_000 }, () => {
    const [screened] = judgeSchedules(task(failuresAtMost(0), true));
    const [unscreened] = judgeSchedules(task(failuresAtMost(0), false));
    expect(screened).toEqual(unscreened);
    expect(screened?.broken).toEqual([0]);
  });

  test('what comes nowhere near is put aside after one run', () => {
    expect(judgeSchedules(task(failuresAtMost(1_000_000), true))).toEqual([{ broken: [], runs: 1 }]);
  });
});
