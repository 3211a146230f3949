/**
 * Many runs of one scenario → a prediction, with causes and, when the scenario can be loaded again with other
 * settings, with what each fix does. The same seed gives the same bytes for any number of workers; only `wallMs` differs.
 */
import type { Prediction, Summary } from '../prediction.ts';
import type { FailedRequest } from '../record.ts';
import { settledWarnings } from '../model/settled-warnings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { groupCauses } from './causes.ts';
import { fixRunsOf, RUNS_DEFAULT, SEED_DEFAULT } from './defaults.ts';
import { fixOf, planRemedies, remediesToSimulate, type Reload, type RemedyPlan } from './fixes.ts';
import { openRunner, type RunnerOptions } from './open-runner.ts';
import { predictionOf } from './prediction-of.ts';
import type { Runner } from './runner.ts';
import { runSeeds } from './run-seed.ts';
import { causeKey, type RunSummary } from './run-summary.ts';
import { summarize } from './statistics.ts';
import { pictureOf, type TimelinePicture } from './timeline-picture.ts';

export interface Progress {
  readonly stage: 'runs' | 'fixes';
  /** Runs that have ended, of all runs of the stage. */
  readonly done: number;
  readonly total: number;
}

export interface PredictOptions extends RunnerOptions {
  /** How many runs; 20 when not given. */
  readonly runs?: number | undefined;
  /** Any safe integer; 1 when not given. The first run has this very seed. */
  readonly seed?: number | undefined;
  /**
   * Loads the same scenario with further settings (`--set` texts), null where they do not fit. When given, the fix of
   * each cause is simulated with the first half of the same seeds, a hundred at most.
   */
  readonly reload?: Reload | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Milliseconds of some clock, for `wallMs`, which is 0 without. */
  readonly clock?: (() => number) | undefined;
  /** Version of the program, for the record. */
  readonly version?: string | undefined;
}

export interface PredictionResult {
  readonly prediction: Prediction;
  readonly picture: TimelinePicture;
  /** One failed request with its story for each cause, in the order of the causes; of the first run that has one. */
  readonly examples: readonly FailedRequest[];
}

/** @throws RangeError when `runs` or `seed` is no number that makes sense */
export async function predict(scenario: Scenario, options: PredictOptions = {}): Promise<PredictionResult> {
  const { runs = RUNS_DEFAULT, seed = SEED_DEFAULT, clock = () => 0 } = options;
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new RangeError(`runs must be a whole number from 1 on, not ${runs}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a safe integer, not ${seed}`);
  const startedMs = clock();
  const runner = await openRunner(runs, options);
  try {
    const seeds = runSeeds(seed, runs);
    const summaries = await runStage(runner, 'runs', [scenario], seeds, options);
    const baseline = summaries[0] ?? [];
    const causes = groupCauses(baseline);
    const plan = planRemedies(causes, scenario, options.reload);
    const fixSeeds = seeds.slice(0, fixRunsOf(runs));
    const failed = await simulateFixes(runner, plan, fixSeeds, options);
    const warnings = [...scenario.warnings, ...settledWarnings(scenario, seed)];
    const prediction = predictionOf({
      scenario: { ...scenario, warnings },
      runs: baseline,
      causes,
      fixOf: (cause) => {
        const remedy = plan.byCause.get(cause);
        return remedy === undefined ? null : fixOf(remedy, failed);
      },
      allFixes: plan.together === null ? null : fixOf(plan.together, failed),
      version: options.version ?? '',
      seed,
      wallMs: Math.round(clock() - startedMs),
    });
    const examples = causes.flatMap((cause) => exampleOf(causeKey(cause), baseline) ?? []);
    return { prediction, picture: pictureOf(baseline), examples };
  } finally {
    await runner.close();
  }
}

/** All runs of several scenarios, the scenarios side by side so that no thread waits for another's last run. */
async function runStage(
  runner: Runner,
  stage: Progress['stage'],
  scenarios: readonly Scenario[],
  seeds: readonly number[],
  { onProgress }: PredictOptions,
): Promise<readonly (readonly RunSummary[])[]> {
  const total = scenarios.length * seeds.length;
  let done = 0;
  const onRun = (): void => {
    done++;
    onProgress?.({ stage, done, total });
  };
  if (total > 0) onProgress?.({ stage, done, total });
  return Promise.all(scenarios.map(async (scenario) => runner.run(scenario, seeds, onRun)));
}

async function simulateFixes(
  runner: Runner,
  plan: RemedyPlan,
  seeds: readonly number[],
  options: PredictOptions,
): Promise<ReadonlyMap<string, Summary>> {
  const fixed = remediesToSimulate(plan);
  const results = await runStage(
    runner,
    'fixes',
    fixed.flatMap(({ scenario }) => scenario ?? []),
    seeds,
    options,
  );
  return new Map(
    fixed.map(({ key }, index) => [
      key,
      summarize((results[index] ?? []).map(({ totals }) => totals.failed)),
    ]),
  );
}

function exampleOf(key: string, runs: readonly RunSummary[]): FailedRequest | null {
  for (const run of runs) {
    const example = run.failedSample.find((request) => causeKey(request) === key);
    if (example !== undefined) return example;
  }
  return null;
}
