/**
 * The engine that skips ahead and the exact one give the same figures. Same seeds, so that both see the same cluster;
 * each figure's paired differences are held against their own spread. A z beyond 4.5 is passed by chance once in 150 000,
 * so that the about 70 comparisons here raise a false alarm once in 2000; seeds are fixed.
 */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/model/simulate.ts';
import { pairedDifference } from '../../src/predict/paired.ts';
import { standardDeviation } from '../../src/predict/statistics.ts';
import type { RunRecord } from '../../src/record.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { readScenarioFiles } from '../../src/scenario-files.ts';

const Z_MAX = 4.5;

const FIGURES: Readonly<Record<string, (record: RunRecord) => number>> = {
  offered: ({ totals }) => totals.offered,
  failed: ({ totals }) => totals.failed,
  refused: ({ totals }) => totals.failedByClass.refused ?? 0,
  timeouts: ({ totals }) => totals.failedByClass['connect-timeout'] ?? 0,
  byPreStop: ({ causes }) => causes.find(({ rule }) => rule === 'R-SRV-7')?.failed ?? 0,
  byAffinity: ({ causes }) => causes.find(({ rule }) => rule === 'R-KP-11')?.failed ?? 0,
  onReused: ({ totals }) => totals.failedReusedConnections,
  inFlight: ({ totals }) => totals.inFlight,
  p50: ({ totals }) => totals.latencyMs.p50,
  p99: ({ totals }) => totals.latencyMs.p99,
  minServing: ({ pods }) => pods.minServing,
  peak: ({ pods }) => pods.peakWithTerminating,
  complete: ({ rollout }) => rollout.completeMs ?? -1,
};

function both(name: string, set: readonly string[], runs: number): [RunRecord[], RunRecord[]] {
  const { scenario } = loadScenario(readScenarioFiles(name, set), { set });
  if (scenario === null) throw new Error(`${name} does not load`);
  const of = (engine: 'exact' | 'skip-ahead'): RunRecord[] =>
    Array.from({ length: runs }, (_, index) =>
      simulate(scenario, { seed: index + 1, engine, detail: 'summary' }),
    );
  return [of('exact'), of('skip-ahead')];
}

function zOf(exact: readonly number[], skipped: readonly number[]): number {
  const { mean } = pairedDifference(exact, skipped);
  const spread = standardDeviation(exact.map((value, index) => (skipped[index] as number) - value));
  if (spread === 0) return mean === 0 ? 0 : Number.POSITIVE_INFINITY;
  return mean / (spread / Math.sqrt(exact.length));
}

describe.each<[string, readonly string[], number]>([
  ['prestop-wrong-order', [], 40],
  ['keep-alive-pinning', [], 30],
  ['single-replica-no-surge', [], 40],
  ['recreate', [], 24],
  ['black-friday', [], 10],
  ['new-connections-no-prestop', ['spec.traffic.clients.keepAlive=true', 'spec.traffic.rate=1000'], 24],
  ['no-readiness-probe', ['spec.traffic.clients.retries={max: 2, on: [connect, reset]}'], 16],
])('%s %j', (name, set, runs) => {
  it('has the same figures with either engine', { timeout: 60_000 }, () => {
    const [exact, skipped] = both(name, set, runs);
    expect(exact.every(({ engine }) => engine === 'exact')).toBe(true);
    expect(skipped.every(({ engine }) => engine === 'skip-ahead')).toBe(true);
    const far = Object.entries(FIGURES)
      .map(([figure, of]) => ({ figure, z: zOf(exact.map(of), skipped.map(of)) }))
      .filter(({ z }) => Math.abs(z) > Z_MAX);
    expect(far).toEqual([]);
  });
});
