/** What holds in every run of the whole world: nothing is lost, nothing depends on anything but scenario and seed. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/model/simulate.ts';
import { FAILURE_CLASSES, type RunRecord } from '../../src/record.ts';
import { smallScenario } from '../unit/model/small-scenario.ts';
import { seeds, smallRollouts } from './scenario-arbitrary.ts';

function sum(column: readonly number[]): number {
  return column.reduce((total, count) => total + count, 0);
}

function digest(record: RunRecord): string {
  return createHash('sha256').update(JSON.stringify(record)).digest('hex');
}

function checkConservation({ totals, series, causes, failedSample }: RunRecord): void {
  const failed = sum(FAILURE_CLASSES.map((name) => totals.failedByClass[name] ?? 0));
  expect(totals.failed).toBe(failed);
  expect(totals.offered).toBe(totals.ok + failed + totals.inFlight);
  expect(totals.failedNewConnections + totals.failedReusedConnections).toBe(failed);
  expect(sum(series.offered)).toBe(totals.offered);
  expect(sum(series.ok)).toBe(totals.ok);
  expect(sum(series.newConnections) + sum(series.reusedConnections)).toBe(totals.ok + failed);
  for (const name of FAILURE_CLASSES) {
    expect(sum(series.failedByClass[name] ?? [])).toBe(totals.failedByClass[name] ?? 0);
    expect(sum(causes.map(({ failedByClass }) => failedByClass[name] ?? 0))).toBe(
      totals.failedByClass[name] ?? 0,
    );
  }
  expect(sum(causes.map((cause) => cause.failed))).toBe(failed);
  expect(failedSample.length).toBeLessThanOrEqual(failed);
}

function checkSeries({ series, startMs, endMs }: RunRecord): void {
  const bins = Math.ceil((endMs - startMs) / series.binMs);
  const { offered, ok, newConnections, reusedConnections, latencyP50Ms, latencyP99Ms } = series;
  const columns = [offered, ok, newConnections, reusedConnections, latencyP50Ms, latencyP99Ms];
  const pods = [series.readyEndpoints, series.servingPods, ...Object.values(series.podsByPhase)];
  for (const column of [...columns, ...pods, ...Object.values(series.failedByClass)]) {
    expect(column).toHaveLength(bins);
    expect(column.every((value) => value === null || value >= 0)).toBe(true);
  }
  expect(ok.map((count) => count === 0)).toEqual(latencyP50Ms.map((value) => value === null));
  expect(latencyP50Ms.every((value, bin) => (value ?? 0) <= (latencyP99Ms[bin] ?? 0))).toBe(true);
}

function checkTimes({ timeline, failedSample, endMs }: RunRecord): void {
  const noted = timeline.map(({ timeMs }) => timeMs);
  expect(noted.every((timeMs, index) => timeMs >= (noted[index - 1] ?? timeMs) && timeMs <= endMs)).toBe(
    true,
  );
  for (const { arrivedMs, endedMs, story } of failedSample) {
    expect(arrivedMs).toBeGreaterThanOrEqual(0);
    expect(endedMs).toBeGreaterThanOrEqual(arrivedMs);
    expect(endedMs).toBeLessThanOrEqual(endMs);
    const times = story.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
}

describe('any rollout', () => {
  it('conserves requests, in its totals, series and causes, and keeps its times in order', () => {
    fc.assert(
      fc.property(smallRollouts, seeds, (small, seed) => {
        const record = simulate(smallScenario(small), { seed });
        checkConservation(record);
        checkSeries(record);
        checkTimes(record);
      }),
      { seed: 20_271, numRuns: 150 },
    );
  });

  it('gives the same bytes for the same seed, and a record that is plain JSON', () => {
    fc.assert(
      fc.property(smallRollouts, seeds, (small, seed) => {
        const record = simulate(smallScenario(small), { seed });
        expect(JSON.parse(JSON.stringify(record))).toStrictEqual(record);
        expect(digest(simulate(smallScenario(small), { seed }))).toBe(digest(record));
      }),
      { seed: 20_272, numRuns: 30 },
    );
  });
});
