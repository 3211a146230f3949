/** Every combination of the values of some fields, each run with the same seeds: one row of figures for each. */
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOf } from '../expectations.ts';
import { openRunner, type RunnerOptions } from '../open-runner.ts';
import { runSeeds } from '../run-seed.ts';
import type { RunSummary } from '../run-summary.ts';
import { mean, predictionInterval } from '../statistics.ts';
import { Configurer, type LoadWith } from './configure.ts';
import type { Field } from './field.ts';
import { expectationsOf } from './run-outcome.ts';
import { allPoints, gridSize, type Axis } from './space.ts';

export const SWEEP_RUNS_DEFAULT = 10;
export const POINTS_MAX_DEFAULT = 400;

export interface SweepOptions extends RunnerOptions {
  readonly load: LoadWith;
  readonly fields: readonly Field[];
  readonly runs: number;
  readonly seed: number;
  readonly onRun?: ((done: number, total: number) => void) | undefined;
}

/** A column's name to its value; null where the combination is refused or the figure does not exist. */
export type SweepRow = Readonly<Record<string, string | number | null>>;

function axesOf(fields: readonly Field[]): readonly Axis[] {
  return fields.map(({ levels, ordered }) => ({ size: levels.length, ordered }));
}

/** How many combinations there are. */
export function sweepSize(fields: readonly Field[]): number {
  return gridSize(axesOf(fields));
}

/** Rows in the order of the fields' values, the last field changing fastest. */
export async function sweep(scenario: Scenario, options: SweepOptions): Promise<readonly SweepRow[]> {
  const { fields, load, runs, seed, onRun } = options;
  const configurer = new Configurer(scenario, fields, load);
  const points = allPoints(axesOf(fields));
  const seeds = runSeeds(seed, runs);
  const runner = await openRunner(points.length * runs, options);
  let done = 0;
  try {
    return await Promise.all(
      points.map(async (point) => {
        const values = fields.map(
          ({ name, levels }, axis) => [name, levels[point[axis] ?? 0]?.text ?? ''] as const,
        );
        const configured = configurer.configure(point).scenario;
        const results =
          configured === null
            ? []
            : await runner.run(configured, seeds, () => onRun?.(++done, points.length * runs));
        return Object.assign(Object.fromEntries(values), figuresOf(configured ?? scenario, results));
      }),
    );
  } finally {
    await runner.close();
  }
}

function figuresOf(scenario: Scenario, runs: readonly RunSummary[]): SweepRow {
  const meanOf = (valueOf: (run: RunSummary) => number | null): number | null => {
    const values = runs.flatMap((run) => valueOf(run) ?? []);
    return values.length === 0 ? null : mean(values);
  };
  const shareOf = (holds: (run: RunSummary) => boolean): number | null =>
    runs.length === 0 ? null : runs.filter(holds).length / runs.length;
  const failed = runs.map(({ totals }) => totals.failed).toSorted((a, b) => a - b);
  const [low, high] = failed.length === 0 ? [null, null] : predictionInterval(failed);
  const checks = expectationsOf(scenario).map(checkOf);
  return {
    runs: runs.length,
    failedMean: meanOf(({ totals }) => totals.failed),
    failedP2_5: low,
    failedP97_5: high,
    failedShare: meanOf(({ totals }) => (totals.offered === 0 ? 0 : totals.failed / totals.offered)),
    probabilityNoneFails: shareOf(({ totals }) => totals.failed === 0),
    probabilityMet: shareOf((run) => checks.every(({ holds }) => holds(run))),
    completeMs: meanOf(({ rollout }) => rollout.completeMs),
    lastOldPodGoneMs: meanOf(({ rollout }) => rollout.lastOldPodGoneMs),
    peakDesired: meanOf(({ pods }) => pods.peakDesired),
    peakWithTerminating: meanOf(({ pods }) => pods.peakWithTerminating),
    minReady: meanOf(({ pods }) => pods.minReady),
    latencyP99Ms: meanOf(({ totals }) => totals.latencyMs.p99),
  };
}
