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

export { simulate, type SimulateOptions } from './model/simulate.ts';
export type { PredictOptions, PredictionResult, Progress } from './predict/predict.ts';
export type { LoadOptions, LoadResult } from './scenario/load.ts';
export type { Diagnostic, Severity, SourceLocation } from './scenario/diagnostic.ts';
export type { Scenario } from './scenario/scenario.ts';
export type * from './record.ts';
export type * from './prediction.ts';
export type * from './comparison.ts';
export type { CompareOptions } from './predict/compare/compare-scenarios.ts';
