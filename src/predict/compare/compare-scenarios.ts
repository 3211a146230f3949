/** Runs two scenarios with the same seeds and compares them run by run. */
import type { Comparison } from '../../comparison.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { groupCauses } from '../causes.ts';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../defaults.ts';
import { openRunner, type RunnerOptions } from '../open-runner.ts';
import { predictionOf } from '../prediction-of.ts';
import { runSeeds } from '../run-seed.ts';
import type { RunSummary } from '../run-summary.ts';
import { compareSides } from './compare-sides.ts';
import type { Side } from './side.ts';

export interface SimulateSidesOptions extends RunnerOptions {
  /** How many runs of each; 20 when not given. */
  readonly runs?: number | undefined;
  /** Any safe integer; 1 when not given. */
  readonly seed?: number | undefined;
  /** Called as each run ends. */
  readonly onRun?: ((done: number, total: number) => void) | undefined;
  /** Version of the program, for the predictions. */
  readonly version?: string | undefined;
}

export interface CompareOptions extends SimulateSidesOptions {
  /** What the two are called; their names when not given. */
  readonly labels?: readonly [first: string, second: string] | undefined;
}

/** @throws RangeError when `runs` or `seed` makes no sense; the signal's reason when it is aborted */
export async function compareScenarios(
  first: Scenario,
  second: Scenario,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { labels = [first.name, second.name] } = options;
  const [a, b] = await simulateSides(
    [
      { label: labels[0], scenario: first },
      { label: labels[1], scenario: second },
    ],
    options,
  );
  return compareSides(a as Side, b as Side);
}

export interface SideToSimulate {
  readonly label: string;
  readonly scenario: Scenario;
}

/** All of them with the same seeds, side by side on the same threads. */
export async function simulateSides(
  sides: readonly SideToSimulate[],
  options: SimulateSidesOptions = {},
): Promise<readonly Side[]> {
  const { runs = RUNS_DEFAULT, seed = SEED_DEFAULT, version = '', onRun } = options;
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new RangeError(`runs must be a whole number from 1 on, not ${runs}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a safe integer, not ${seed}`);
  const total = runs * sides.length;
  let done = 0;
  const runner = await openRunner(total, options);
  try {
    const seeds = runSeeds(seed, runs);
    const ran = sides.map(async ({ label, scenario }) => {
      const summaries = await runner.run(scenario, seeds, () => {
        done++;
        onRun?.(done, total);
      });
      return sideOf(label, scenario, summaries, version);
    });
    return await Promise.all(ran);
  } finally {
    await runner.close();
  }
}

/** @param runs in the order of their seeds, at least one */
export function sideOf(
  label: string,
  scenario: Pick<Scenario, 'name' | 'digest' | 'expect' | 'warnings'>,
  runs: readonly RunSummary[],
  version: string,
): Side {
  const prediction = predictionOf({
    scenario,
    runs,
    causes: groupCauses(runs),
    fixOf: () => null,
    allFixes: null,
    version,
    seed: runs[0]?.seed ?? 0,
    wallMs: 0,
  });
  return { label, prediction, runs };
}
