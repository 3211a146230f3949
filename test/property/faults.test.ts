/**
 * Whatever breaks, and whenever: no request is lost, every failure has a cause, evictions keep to budgets (R-INV-8), and a
 * drained node is empty or a budget is to blame.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/model/simulate.ts';
import { World } from '../../src/model/world.ts';
import type { RunRecord } from '../../src/record.ts';
import { faultYaml } from '../../src/scenario/fault-text.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { budget, PROBED } from '../unit/model/fault/fault-run.ts';
import { ROLL_OUT, smallScenarioFiles, type Fields } from '../unit/model/small-scenario.ts';
import { faults } from './fault-arbitrary.ts';

const budgets: fc.Arbitrary<Fields> = fc.constantFrom<Fields>(
  { maxUnavailable: 1 },
  { maxUnavailable: 0 },
  { maxUnavailable: '50%' },
  { minAvailable: 4 },
  { minAvailable: '80%' },
);

interface Broken {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly spec: Fields;
}

function brokenScenarios(kinds: Parameters<typeof faults>[0] = null): fc.Arbitrary<Broken> {
  return fc
    .record({
      spec: budgets,
      faults: fc.array(faults(kinds), { minLength: 1, maxLength: 3 }),
      rollsOut: fc.boolean(),
      keepAlive: fc.boolean(),
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
    })
    .map(({ spec, faults: given, rollsOut, keepAlive, seed }) => {
      const files = smallScenarioFiles({
        nodes: 3,
        replicas: 5,
        rate: 40,
        // A point of a rollout needs one.
        changes: rollsOut || given.some(({ start }) => start.kind === 'when') ? [ROLL_OUT] : [],
        container: { ...PROBED, lifecycle: { preStop: { sleep: { seconds: 3 } } } },
        workload: { boot: '2s', dependencies: ['redis'] },
        clients: { keepAlive, timeout: '1s' },
        files: budget(spec),
        durationSeconds: 900,
      });
      const { scenario, diagnostics } = loadScenario(files, {
        set: [`spec.faults=[${given.map(faultYaml).join(', ')}]`],
      });
      if (scenario === null) throw new Error(JSON.stringify(diagnostics));
      return { scenario, seed, spec };
    });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkConserved({ totals, causes, series }: RunRecord): void {
  expect(totals.offered).toBe(totals.ok + totals.failed + totals.inFlight);
  expect(sum(Object.values(totals.failedByClass))).toBe(totals.failed);
  expect(sum(causes.map(({ failed }) => failed))).toBe(totals.failed);
  expect(sum(series.offered)).toBe(totals.offered);
}

/** Runs it with an eye on the store. */
function watch({ scenario, seed }: Broken, look: (world: World) => void): void {
  const world = new World(scenario, { seed, engine: 'exact', detail: 'summary' }, () => undefined);
  look(world);
  world.begin();
  world.run();
}

describe('under any faults', () => {
  it('requests are conserved, and every failure has a cause', () => {
    fc.assert(
      fc.property(brokenScenarios(), ({ scenario, seed }) => {
        checkConserved(simulate(scenario, { seed, engine: 'exact' }));
      }),
      { seed: 606, numRuns: 40 },
    );
  });

  it('the same holds for the engine that skips ahead', () => {
    fc.assert(
      fc.property(brokenScenarios(), ({ scenario, seed }) => {
        checkConserved(simulate(scenario, { seed, engine: 'skip-ahead' }));
      }),
      { seed: 607, numRuns: 30 },
    );
  });

  it('equal seeds give equal records', () => {
    fc.assert(
      fc.property(brokenScenarios(), ({ scenario, seed }) => {
        const run = (): string => JSON.stringify(simulate(scenario, { seed, engine: 'exact' }));
        expect(run()).toBe(run());
      }),
      { seed: 608, numRuns: 10 },
    );
  });
});

/** Shares round up (R-PDB-2). */
function ofFive(value: number | string): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * 5) / 100);
}

describe('evictions', () => {
  it('R-INV-8: never take more than the budget allows', () => {
    let granted = 0;
    fc.assert(
      fc.property(brokenScenarios(['drain', 'pod-kill', 'container-kill']), (broken) => {
        watch(broken, (world) => {
          world.api.observe((object, old) => {
            if (object?.kind !== 'PodDisruptionBudget' || old?.kind !== 'PodDisruptionBudget') return;
            expect(object.status.disruptionsAllowed).toBeGreaterThanOrEqual(0);
            const spent = old.status.disruptionsAllowed - object.status.disruptionsAllowed;
            const grants = Object.keys(object.status.disruptedPods).filter(
              (pod) => old.status.disruptedPods[pod] === undefined,
            );
            if (grants.length === 0) return;
            expect([grants.length, spent]).toEqual([1, 1]);
            granted++;
          });
        });
      }),
      { seed: 609, numRuns: 40 },
    );
    expect(granted).toBeGreaterThan(10);
  });

  it('R-INV-8: alone, they leave as many pods Ready as the budget asks for', () => {
    fc.assert(
      fc.property(brokenScenarios(['drain']), (broken) => {
        const { spec, scenario } = broken;
        fc.pre(scenario.changes.length === 0);
        const { maxUnavailable, minAvailable } = spec as Record<string, number | string | undefined>;
        const wanted = maxUnavailable === undefined ? ofFive(minAvailable ?? 0) : 5 - ofFive(maxUnavailable);
        const record = simulate(scenario, { seed: broken.seed, engine: 'exact' });
        expect(record.pods.minReady).toBeGreaterThanOrEqual(wanted);
      }),
      { seed: 610, numRuns: 30 },
    );
  });

  it('leave a node empty, or a budget has refused, or the time was over', () => {
    fc.assert(
      fc.property(brokenScenarios(['drain']), (broken) => {
        const drained = new Set<string>();
        const ended = new Set<string>();
        const uncordoned = new Set<string>();
        watch(broken, (world) => {
          world.timeline.onNote(({ kind, object, node, detail }) => {
            if (kind === 'fault-injected') drained.add(detail?.split(' ').at(-1) ?? '');
            if (kind === 'eviction-refused') ended.add(`node/${node ?? ''}`);
            if (kind === 'node-uncordoned') uncordoned.add(object);
            if (kind === 'drain-complete' || kind === 'drain-given-up') ended.add(object);
            if (kind !== 'drain-complete' || uncordoned.has(object)) return;
            const pods = [...world.api.readAll('Pod').values()];
            expect(pods.filter((pod) => `node/${pod.nodeName}` === object).map(({ name }) => name)).toEqual(
              [],
            );
          });
        });
        expect([...drained].filter((node) => !ended.has(node))).toEqual([]);
      }),
      { seed: 611, numRuns: 25 },
    );
  });
});
