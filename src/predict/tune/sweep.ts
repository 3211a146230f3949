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
import { allPoints, gridSize, type Axis, type Point } from './space.ts';

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

export interface SweepResult {
  /** In the order of the fields' values, the last field changing fastest; a refused combination has no figures. */
  readonly rows: readonly SweepRow[];
  /** How many combinations cannot be applied, and why the first of them. */
  readonly refused: number;
  readonly refusal: string | null;
  /** Seconds to which the grace period was raised at most, so that it holds sleep and drain; null when it was not. */
  readonly graceSecondsMost: number | null;
}

/** Combinations that are loaded and in work at once: enough for every thread, few enough for the memory. */
const POINTS_AT_ONCE = 32;

/** The engine's runs of one combination are summarised as they end; nothing else is kept. */
export async function sweep(scenario: Scenario, options: SweepOptions): Promise<SweepResult> {
  const { fields, load, runs, seed, onRun } = options;
  const configurer = new Configurer(scenario, fields, load);
  const points = allPoints(axesOf(fields));
  const seeds = runSeeds(seed, runs);
  const total = points.length * runs;
  const runner = await openRunner(total, options);
  const rows: SweepRow[] = [];
  const refusals: string[] = [];
  let graceSecondsMost: number | null = null;
  let done = 0;
  try {
    for (let from = 0; from < points.length; from += POINTS_AT_ONCE) {
      const slice = points.slice(from, from + POINTS_AT_ONCE);
      const finished = await Promise.all(
        slice.map(async (point) => {
          const configuration = configurer.configure(point);
          const { scenario: configured } = configuration;
          if (configured === null) {
            done += runs;
            return { point, configuration, results: [] };
          }
          const results = await runner.run(configured, seeds, () => onRun?.(++done, total));
          return { point, configuration, results };
        }),
      );
      for (const { point, configuration, results } of finished) {
        const { errors, graceSeconds, scenario: configured } = configuration;
        if (configured === null) refusals.push(errors[0]?.message ?? '');
        if (graceSeconds !== null) graceSecondsMost = Math.max(graceSecondsMost ?? 0, graceSeconds);
        rows.push({ ...valuesAt(point, fields), ...figuresOf(configured ?? scenario, results) });
      }
    }
  } finally {
    await runner.close();
  }
  return { rows, refused: refusals.length, refusal: refusals[0] ?? null, graceSecondsMost };
}

function valuesAt(point: Point, fields: readonly Field[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(({ name, levels }, axis) => [name, levels[point[axis] ?? -1]?.text ?? '']),
  );
}

function figuresOf(scenario: Scenario, runs: readonly RunSummary[]): SweepRow {
  const meanOf = (valueOf: (run: RunSummary) => number | null): number | null => {
    const values = runs.flatMap((run) => valueOf(run) ?? []);
    // Eight digits: no figure is known better, and the table stays readable.
    return values.length === 0 ? null : Number(mean(values).toPrecision(8));
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
