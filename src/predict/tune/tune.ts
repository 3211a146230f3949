/**
 * `sim tune`: chooses fields where none are named, searches their values, and writes down what was found. One runner
 * serves the whole search, and every configuration is run with the same seeds.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { SEED_DEFAULT } from '../defaults.ts';
import { openRunner, type RunnerOptions } from '../open-runner.ts';
import { runSeeds } from '../run-seed.ts';
import { chosenFields } from './chosen-fields.ts';
import { Configurer, type LoadWith } from './configure.ts';
import type { Field } from './field.ts';
import { search, type SearchProgress } from './search.ts';
import { SimulatedProblem } from './simulated-problem.ts';
import { TUNE_RUNS_MAX } from './tune-defaults.ts';
import { tuningOf } from './tuning-of.ts';
import type { Tuning } from './tuning.ts';

/** Runs of the scenario as it is: for comparison, and for the causes that choose the fields. */
const PRESENT_RUNS = 4;

export interface TuneOptions extends RunnerOptions {
  /** Loads the same scenario with further settings. */
  readonly load: LoadWith;
  /** The fields to vary; chosen by the causes of failed requests when empty. */
  readonly fields?: readonly Field[] | undefined;
  /** 1000 when not given. */
  readonly runsMax?: number | undefined;
  /** Any safe integer; 1 when not given. */
  readonly seed?: number | undefined;
  readonly onProgress?: ((progress: TuneProgress) => void) | undefined;
  readonly clock?: (() => number) | undefined;
  readonly version?: string | undefined;
}

export interface TuneProgress {
  readonly stage: 'exploring' | SearchProgress['stage'];
  /** Runs that have ended. */
  readonly runs: number;
  readonly configurations: number;
}

/** @throws RangeError when `runsMax` or `seed` makes no sense, or nothing is to be varied */
export async function tune(scenario: Scenario, options: TuneOptions): Promise<Tuning> {
  const { runsMax = TUNE_RUNS_MAX, seed = SEED_DEFAULT, clock = () => 0, onProgress } = options;
  if (!Number.isSafeInteger(runsMax) || runsMax < 1)
    throw new RangeError(`runsMax must be a whole number from 1 on, not ${runsMax}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a safe integer, not ${seed}`);
  const startedMs = clock();
  const runner = await openRunner(runsMax, options);
  try {
    let ended = 0;
    let shown: Omit<TuneProgress, 'runs'> = { stage: 'exploring', configurations: 0 };
    const onRun = (): void => {
      ended++;
      onProgress?.({ ...shown, runs: ended });
    };
    const seeds = runSeeds(seed, Math.min(PRESENT_RUNS, runsMax));
    const present = await runner.run(scenario, seeds, onRun);
    const given = options.fields ?? [];
    const fields =
      given.length > 0
        ? given
        : await chosenFields({
            scenario,
            present,
            load: options.load,
            runner,
            seeds,
            runsMax: runsMax - ended,
            onRun,
          });
    const explored = ended;
    const configurer = new Configurer(scenario, fields, options.load);
    const problem = new SimulatedProblem({ scenario, fields, configurer, runner, seed, onRun });
    const result = await search(problem, {
      runsMax: Math.max(0, runsMax - explored),
      onProgress: ({ stage, configurations }) => {
        shown = { stage, configurations };
      },
    });
    return tuningOf({
      scenario,
      fields,
      fieldsChosen: given.length === 0,
      present,
      problem,
      result: { ...result, runs: explored + result.runs },
      version: options.version ?? '',
      seed,
      wallMs: Math.round(clock() - startedMs),
    });
  } finally {
    await runner.close();
  }
}
