/** What tests of whole replays have in common: a world for each, and what holds of every record and every end. */
import { expect } from 'vitest';
import type { RunRecord } from '../../../src/record.ts';
import { recordProblems } from '../../record-schema.ts';
import type { SmallScenario } from '../../unit/model/small-scenario.ts';
import { ReplayWorld } from './replay-world.ts';

export const ROLL: NonNullable<SmallScenario['changes']> = [
  { at: '100ms', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' },
];

/** A test in a world of its own: all of them wait most of their time, and can wait together. */
export function inWorld<Rest extends unknown[]>(
  work: (world: ReplayWorld, ...rest: Rest) => Promise<void>,
): (...rest: Rest) => Promise<void> {
  return async (...rest) => {
    const world = new ReplayWorld();
    try {
      await work(world, ...rest);
    } finally {
      await world.close();
    }
  };
}

export function conserved(record: RunRecord): void {
  const { totals, series, endMs, measurement } = record;
  expect(recordProblems(record)).toBe('');
  const classes = Object.values(totals.failedByClass).reduce((sum, count) => sum + count, 0);
  expect(totals.offered).toBe(totals.ok + totals.failed + totals.inFlight);
  expect(classes).toBe(totals.failed);
  expect(totals.failedNewConnections + totals.failedReusedConnections).toBe(totals.failed);
  const columns = [
    series.offered,
    series.ok,
    series.readyEndpoints,
    series.servingPods,
    ...Object.values(series.podsByPhase),
  ];
  for (const column of columns) expect(column).toHaveLength(endMs / series.binMs);
  expect(series.ok.reduce((sum, count) => sum + count, 0)).toBe(totals.ok);
  expect(measurement).toBeDefined();
}

export function leftNothing(world: ReplayWorld): void {
  expect(world.load.running).toBe(0);
  expect(world.api.store.all('namespaces')).toEqual([]);
  expect(world.api.store.all('pods')).toEqual([]);
  expect(world.api.store.all('nodes').filter(({ spec }) => spec['unschedulable'] === true)).toEqual([]);
}
