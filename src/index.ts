/**
 * The public interface of the package.
 *
 *     const { scenario, diagnostics, reload } = loadScenario('scenarios/black-friday');
 *     if (scenario !== null) {
 *       const { prediction } = await predict(scenario, { runs: 20, seed: 1, reload });
 *       console.log(prediction.requests.failed.mean);
 *     }
 */
import { predict as predictScenario, type PredictOptions, type PredictionResult } from './predict/predict.ts';
import { compareScenarios, type CompareOptions } from './predict/compare/compare-scenarios.ts';
import { RUNS_DEFAULT, SEED_DEFAULT } from './predict/defaults.ts';
import { openRunner } from './predict/open-runner.ts';
import type { QuestionId } from './predict/what-if/question.ts';
import { ASKED_BY_DEFAULT, QUESTIONS } from './predict/what-if/questions.ts';
import { askQuestions, type Answer } from './predict/what-if/what-if.ts';
import type { Comparison } from './comparison.ts';
import type { LoadOptions, LoadResult } from './scenario/load.ts';
import { loadScenario as loadFiles } from './scenario/load.ts';
import { readScenarioFiles } from './scenario-files.ts';
import type { Scenario } from './scenario/scenario.ts';
import { programVersion } from './version.ts';

export interface LoadedScenario extends LoadResult {
  /** The same scenario with further settings; null where they do not fit. For `predict`, which tries fixes with it. */
  readonly reload: (set: readonly string[]) => Scenario | null;
}

/**
 * Reads a scenario from disk and checks it.
 * @param nameOrPath a folder with scenario.yaml, such a file, or the name of a bundled scenario
 * @returns what was read, or every mistake in it; mistakes are never thrown
 */
export function loadScenario(nameOrPath: string, options: LoadOptions = {}): LoadedScenario {
  const { set = [] } = options;
  const files = readScenarioFiles(nameOrPath, set);
  return {
    ...loadFiles(files, { set }),
    reload: (further) => loadFiles(files, { set: [...set, ...further] }).scenario,
  };
}

/**
 * Runs a scenario many times and summarises what happened.
 * @throws RangeError when `runs` or `seed` makes no sense; the signal's reason when it is aborted
 */
export async function predict(scenario: Scenario, options: PredictOptions = {}): Promise<PredictionResult> {
  return predictScenario(scenario, { version: programVersion(), ...options });
}

/**
 * Runs two scenarios with the same seeds and compares every figure, cause and expectation run by run.
 * @throws RangeError when `runs` or `seed` makes no sense; the signal's reason when it is aborted
 */
export async function compare(
  first: Scenario,
  second: Scenario,
  options: CompareOptions = {},
): Promise<Comparison> {
  return compareScenarios(first, second, { version: programVersion(), ...options });
}

export interface WhatIfOptions extends Pick<
  PredictOptions,
  'runs' | 'seed' | 'workers' | 'engine' | 'signal'
> {
  /** Which questions; what the scenario's own runs answer when not given. */
  readonly ask?: readonly QuestionId[] | undefined;
  /** What would be different, as `--set` takes it; nothing when not given. */
  readonly set?: readonly string[] | undefined;
  /** Share of the requests of 30 days that may fail; 0.001 when not given. */
  readonly errorBudget?: number | undefined;
}

/**
 * Answers questions about a scenario, and about the same scenario with other settings, run by run with the same seeds.
 * @throws RangeError when the settings do not fit; the signal's reason when it is aborted
 */
export async function whatIf(
  loaded: LoadedScenario,
  options: WhatIfOptions = {},
): Promise<readonly Answer[]> {
  const {
    ask = ASKED_BY_DEFAULT,
    set = [],
    runs = RUNS_DEFAULT,
    seed = SEED_DEFAULT,
    errorBudget = 0.001,
  } = options;
  if (loaded.scenario === null) throw new RangeError('a scenario with mistakes cannot be asked about');
  const changed = set.length === 0 ? null : loaded.reload(set);
  if (set.length > 0 && changed === null) throw new RangeError(`the settings do not fit: ${set.join(', ')}`);
  const runner = await openRunner(Math.max(runs, 3), options);
  try {
    return await askQuestions(
      QUESTIONS.filter(({ id }) => ask.includes(id)),
      { scenario: loaded.scenario, reload: loaded.reload },
      changed === null
        ? null
        : { scenario: changed, reload: (further) => loaded.reload([...set, ...further]) },
      { runner, runs, seed, errorBudget },
    );
  } finally {
    await runner.close();
  }
}

export { simulate, type SimulateOptions } from './model/simulate.ts';
export type { PredictOptions, PredictionResult, Progress } from './predict/predict.ts';
export type { LoadOptions, LoadResult } from './scenario/load.ts';
export type { Answer, AnswerFigure } from './predict/what-if/what-if.ts';
export type { QuestionId } from './predict/what-if/question.ts';
export type { Diagnostic, Severity, SourceLocation } from './scenario/diagnostic.ts';
export type { Scenario } from './scenario/scenario.ts';
export type * from './record.ts';
export type * from './prediction.ts';
export type * from './comparison.ts';
export type { CompareOptions } from './predict/compare/compare-scenarios.ts';
