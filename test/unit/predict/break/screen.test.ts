import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, type FaultKind } from '../../../../src/predict/break/budget.ts';
import { failuresThatDecide } from '../../../../src/predict/break/failures-that-decide.ts';
import type { Goal } from '../../../../src/predict/break/goals.ts';
import { judgeSchedules, type JudgeTask } from '../../../../src/predict/break/judge-schedules.ts';
import type { Schedule } from '../../../../src/predict/break/schedule.ts';
import {
  comesNear,
  failuresThatComeNear,
  screenedKinds,
  screenFor,
} from '../../../../src/predict/break/screen.ts';
import type { RunSummary } from '../../../../src/predict/run-summary.ts';
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

  test('two fifths of the bound are near, whether it is the expectation’s or that of what is missed already', () => {
    for (const near of [goal(failuresAtMost(1000)), goal(failuresAtMost(0), 1000)]) {
      expect(comesNear(near, failing(50), 8)).toBe(false);
      expect(comesNear(near, failing(51), 8)).toBe(true);
    }
  });

  test('a share and a quantile need no scaling', () => {
    const share = goal({ name: 'failedShare', max: 0.01, location: AT });
    expect(comesNear(share, failing(400), 8)).toBe(false);
    expect(comesNear(share, failing(401), 8)).toBe(true);
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

describe('failuresThatComeNear', () => {
  test('the bound that is nearest, and a run with so many has not come near', () => {
    const goals = [goal(failuresAtMost(1000)), goal(failuresAtMost(0), 1600)];
    const enough = failuresThatComeNear(goals, 8);
    expect(enough).toBe(50);
    for (const failed of [enough ?? 0, (enough ?? 0) + 1])
      expect(goals.some((one) => comesNear(one, failing(failed), 8))).toBe(failed > 50);
  });

  test('null where something else has to tell', () => {
    expect(failuresThatComeNear([goal({ name: 'readyMin', min: 4, location: AT })], 8)).toBeNull();
  });
});

const BUSY = [
  'spec.traffic.rate=2000',
  'spec.workload.web.concurrency=64',
  'spec.traffic.clients.connectionsEach=16',
];

/** Runs without faults, of which so many requests were followed. */
function following(followed: number): readonly RunSummary[] {
  return [
    { ...runOf({ offered: 1_000_000 }), accuracy: { exactShare: followed / 1_000_000, errorBound: 0 } },
  ];
}

describe('screenedKinds', () => {
  const scenario = templateScenario(...BUSY);
  const many = failuresAtMost(10_000);

  test('all of them where runs are dear and failures many enough to tell', () => {
    expect(screenedKinds(scenario, [goal(many)], following(50_000))).toEqual(FAULT_KINDS);
    const share = goal({ name: 'failedShare', max: 0.01, location: AT });
    const ready = goal({ name: 'readyMin', min: 4, location: AT });
    expect(screenedKinds(scenario, [share, ready], following(50_000))).toEqual(FAULT_KINDS);
  });

  test('a node that goes down where most requests are spared otherwise', () => {
    expect(screenedKinds(scenario, [goal(many)], following(49_000))).toEqual(['node-down']);
    const down = withFault(scenario, START, DOWN);
    expect(screenedKinds(down, [goal(many)], following(49_000))).toEqual([]);
  });

  test('not the others where a few failures decide', () => {
    for (const few of [goal(failuresAtMost(0)), goal({ name: 'failedShare', max: 0.0001, location: AT })])
      expect(screenedKinds(scenario, [goal(many), few], following(500_000))).toEqual(['node-down']);
    expect(screenedKinds(scenario, [goal(failuresAtMost(0), 10_000)], following(500_000))).toEqual(
      FAULT_KINDS,
    );
  });

  test('not the others where a latency is asked for, which depends on how large the pools are', () => {
    const latency = goal({ name: 'latency', quantile: 'p99', maxMs: 100, location: AT });
    expect(screenedKinds(scenario, [goal(many), latency], following(500_000))).toEqual(['node-down']);
  });

  test('none where no request can be left out', () => {
    const calm = templateScenario('spec.traffic.rate=100');
    expect(screenedKinds(calm, [goal(many)], following(500_000))).toEqual([]);
  });
});

describe('screenFor', () => {
  const scenario = templateScenario(...BUSY);
  const connections = (schedule: Schedule, kinds: readonly FaultKind[], of = scenario): number | undefined =>
    screenFor(of, schedule, kinds)?.scenario.traffic.clients.connectionsEach;

  test('only a schedule with one of the kinds gets a look at fewer', () => {
    expect(connections([{ start: START, action: DRAIN }], ['node-down'])).toBeUndefined();
    expect(connections([{ start: START, action: DRAIN }], FAULT_KINDS)).toBe(6);
    expect(connections([{ start: START, action: DOWN }], ['node-down'])).toBe(2);
  });

  test('connections run out as soon as with all where some of them hang', () => {
    const both = [DRAIN, DOWN].map((action) => ({ start: START, action }));
    expect(connections(both, FAULT_KINDS)).toBe(2);
    expect(
      connections([{ start: START, action: DRAIN }], FAULT_KINDS, withFault(scenario, START, DOWN)),
    ).toBe(2);
  });
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
  const down: Schedule = [{ start: START, action: DOWN }];

  function task(expectation: Expectation, screening: readonly FaultKind[]): JudgeTask {
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
    const [screened] = judgeSchedules(task(failuresAtMost(0), ['node-down']));
    const [unscreened] = judgeSchedules(task(failuresAtMost(0), []));
    expect(screened).toEqual(unscreened);
    expect(screened?.broken).toEqual([0]);
  });

  test('what comes nowhere near is put aside after one run', () => {
    expect(judgeSchedules(task(failuresAtMost(1_000_000), ['node-down']))).toEqual([{ broken: [], runs: 1 }]);
  });
});
