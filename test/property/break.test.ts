/** `sim break` without a simulator: schedules stay within their budget, and the search ends at the smallest that fails. */
import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, isWithin, spending, type Budget } from '../../src/predict/break/budget.ts';
import { possibleKinds, scheduleArbitrary } from '../../src/predict/break/schedule-arbitrary.ts';
import { ScheduleSource } from '../../src/predict/break/schedule-source.ts';
import { scheduleKey, type Schedule } from '../../src/predict/break/schedule.ts';
import { search, type SearchResult } from '../../src/predict/break/search.ts';
import type { BreakTargets } from '../../src/predict/break/targets.ts';

const TARGETS: BreakTargets = {
  nodes: ['worker-1', 'worker-2', 'worker-3'],
  replicas: 6,
  graceSeconds: 30,
  containers: ['web', 'proxy'],
  dependencies: ['postgres'],
  rollsOut: true,
  endMs: 120_000,
};

const budgets: fc.Arbitrary<Budget> = fc.record({
  faults: fc.integer({ min: 1, max: 6 }),
  nodes: fc.nat({ max: 3 }),
  pods: fc.nat({ max: 9 }),
  forMs: fc.integer({ min: 1, max: 300 }).map((seconds) => seconds * 1000),
});

function sourceFor(seed: number, budget: Budget): ScheduleSource<Schedule> {
  const kinds = possibleKinds(FAULT_KINDS, TARGETS, budget);
  return new ScheduleSource(seed, () => scheduleArbitrary(kinds, TARGETS, budget, budget.faults));
}

describe('schedules', () => {
  const walk = fc.array(fc.nat({ max: 5 }), { maxLength: 12 });

  test('never exceed their budget when they are tried, while searching and while shrinking', async () => {
    const anyRule = fc.func(fc.boolean());
    await fc.assert(
      fc.asyncProperty(budgets, fc.nat(), anyRule, async (budget, seed, rule) => {
        if (possibleKinds(FAULT_KINDS, TARGETS, budget).length === 0) return;
        await search<Schedule>({
          ...searchOptions(sourceFor(seed, budget), budget),
          async evaluate(schedules) {
            for (const schedule of schedules) expectWithin(schedule, budget);
            return schedules.map((schedule) => (rule(scheduleKey(schedule)) ? [0] : []));
          },
          schedulesMax: 30,
        });
      }),
      { seed: 21, numRuns: 100 },
    );
  });

  test('are the same for the same seed and number, and a path leads back to each', () => {
    fc.assert(
      fc.property(budgets, fc.nat(), fc.nat({ max: 500 }), walk, (budget, seed, index, choices) => {
        const [one, other] = [sourceFor(seed, budget), sourceFor(seed, budget)];
        let drawn = one.at(index);
        other.at(index + 1);
        expect(other.at(index).value).toEqual(drawn.value);
        for (const choice of choices) drawn = [...firstOf(drawn.shrinks(), choice + 1)][choice] ?? drawn;
        expect(other.follow(drawn.path)?.value).toEqual(drawn.value);
      }),
      { seed: 22, numRuns: 100 },
    );
  });

  test('a path that leads nowhere is none', () => {
    expect(sourceFor(1, { faults: 2, nodes: 1, pods: 1, forMs: 1000 }).follow([0, 99_999])).toBeNull();
  });

  test('a budget without room for a kind leaves it out', () => {
    expect(possibleKinds(FAULT_KINDS, TARGETS, { faults: 1, nodes: 0, pods: 0, forMs: 1000 })).toEqual([
      'dependency-outage',
    ]);
    const bare = { ...TARGETS, replicas: 0, dependencies: [], nodes: [] };
    expect(possibleKinds(FAULT_KINDS, bare, { faults: 1, nodes: 1, pods: 1, forMs: 1000 })).toEqual([]);
  });
});

function expectWithin(schedule: Schedule, budget: Budget): void {
  const spent = spending(schedule, TARGETS.replicas);
  expect(spent.faults).toBeGreaterThanOrEqual(1);
  expect(spent.faults).toBeLessThanOrEqual(budget.faults);
  expect(spent.nodes).toBeLessThanOrEqual(budget.nodes);
  expect(spent.pods).toBeLessThanOrEqual(budget.pods);
  for (const { start, action } of schedule) {
    if ('durationMs' in action) expect(action.durationMs).toBeLessThanOrEqual(budget.forMs);
    if (start.kind === 'at') expect(start.timeMs).toBeLessThanOrEqual(TARGETS.endMs);
  }
}

function* firstOf<T>(values: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const value of values) {
    yield value;
    left--;
    if (left === 0) return;
  }
}

// ---- the search, over scenarios that break by a rule that is known

const BUDGET: Budget = { faults: 4, nodes: 2, pods: 4, forMs: 120_000 };

type Rule = (schedule: Schedule) => boolean;

function searchOptions(
  source: ScheduleSource<Schedule>,
  budget: Budget,
): Omit<Parameters<typeof search<Schedule>>[0], 'evaluate'> {
  return {
    source,
    admits: (schedule) => isWithin(schedule, budget, TARGETS.replicas),
    keyOf: scheduleKey,
    groupSize: 2,
    workers: 1,
    schedulesMax: 20_000,
    stopSearch: () => false,
    stopShrinking: () => false,
  };
}

/** A drain of worker-2 for at least 20 s while at least two pods are killed, not before 10 s. */
const drainUnderKill: Rule = (schedule) =>
  schedule.some(
    ({ action }) =>
      action.kind === 'drain' && action.node === 'worker-2' && (action.uncordonAfterMs ?? 0) >= 20_000,
  ) &&
  schedule.some(
    ({ start, action }) =>
      action.kind === 'pod-kill' && action.target.value >= 2 && start.kind === 'at' && start.timeMs >= 10_000,
  );

const longOutage: Rule = (schedule) =>
  schedule.some(({ action }) => action.kind === 'dependency-outage' && action.durationMs > 33_000);

async function searchFor(rule: Rule, seed: number, workers: number): Promise<SearchResult<Schedule>> {
  let delay = 0;
  return search<Schedule>({
    ...searchOptions(sourceFor(seed, BUDGET), BUDGET),
    workers,
    async evaluate(schedules) {
      // Threads end in whatever order they like.
      delay = (delay * 7 + 3) % 5;
      if (workers > 1) await setTimeout(delay);
      return schedules.map((schedule) => (rule(schedule) ? [0] : []));
    },
  });
}

describe('the search', () => {
  test.each([1, 2, 3])('seed %i: shrinks to the smallest schedule that breaks', async (seed) => {
    const { found } = await searchFor(drainUnderKill, seed, 1);
    expect(found?.minimal).toBe(true);
    const [first, second, ...more] = found?.drawn.value ?? [];
    expect(more).toEqual([]);
    expect([first, second]).toEqual([
      {
        start: { kind: 'at', timeMs: 0 },
        action: {
          kind: 'drain',
          node: 'worker-2',
          gracePeriodSeconds: null,
          timeoutMs: null,
          uncordonAfterMs: 20_000,
        },
      },
      {
        start: { kind: 'at', timeMs: 10_000 },
        action: {
          kind: 'pod-kill',
          target: { labels: {}, nodes: [], pods: [], mode: 'fixed', value: 2 },
          gracePeriodSeconds: 30,
        },
      },
    ]);
  });

  test('is the same for any number of workers', async () => {
    const plain = await searchFor(longOutage, 5, 1);
    expect(plain.found?.drawn.value).toEqual([
      {
        start: { kind: 'at', timeMs: 0 },
        action: { kind: 'dependency-outage', dependency: 'postgres', durationMs: 34_000 },
      },
    ]);
    for (const workers of [2, 5]) {
      const { found, schedules } = await searchFor(longOutage, 5, workers);
      expect(schedules).toBe(plain.schedules);
      expect(found?.drawn.path).toEqual(plain.found?.drawn.path);
      expect(found?.shrinksTried).toBe(plain.found?.shrinksTried);
    }
  });

  test('no schedule is tried twice, and every one that is counted was tried', async () => {
    const tried: string[] = [];
    const { schedules, ended } = await search<Schedule>({
      ...searchOptions(sourceFor(9, BUDGET), BUDGET),
      async evaluate(group) {
        tried.push(...group.map(scheduleKey));
        return group.map(() => []);
      },
      groupSize: 3,
      workers: 2,
      schedulesMax: 500,
    });
    expect({ schedules, ended }).toEqual({ schedules: 500, ended: 'schedules' });
    expect(new Set(tried).size).toBe(500);
    expect(tried).toHaveLength(500);
  });

  test('ends where chance finds nothing new, and when it is told to stop', async () => {
    const few = new ScheduleSource(1, () =>
      fc.integer({ min: 0, max: 9 }).map((second): Schedule => [
        {
          start: { kind: 'at', timeMs: second },
          action: { kind: 'dependency-outage', dependency: 'x', durationMs: 1 },
        },
      ]),
    );
    const options = {
      ...searchOptions(few, BUDGET),
      evaluate: async (group: readonly Schedule[]) => group.map(() => []),
    };
    expect(await search({ ...options, stopSearch: () => false })).toEqual({
      found: null,
      schedules: 10,
      ended: 'exhausted',
    });
    expect(await search({ ...options, stopSearch: () => true })).toEqual({
      found: null,
      schedules: 0,
      ended: 'stopped',
    });
  });

  test('a counterexample without time to shrink it is given as it was found', async () => {
    const { found } = await search<Schedule>({
      ...searchOptions(sourceFor(1, BUDGET), BUDGET),
      evaluate: async (group) => group.map((schedule) => (longOutage(schedule) ? [0] : [])),
      stopShrinking: () => true,
    });
    expect(found).toMatchObject({ shrinks: 0, shrinksTried: 0, minimal: false });
    expect(found?.drawn.path).toHaveLength(1);
  });
});
