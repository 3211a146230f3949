/** Fixes and turned knobs → the scenario with them in place, or why there is none. */
import type { LoadResult } from '../scenario/load.ts';
import { Configurer } from '../predict/tune/configure.ts';
import { settingTexts } from '../predict/setting-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { knobsOf, turnedFields, type Turned } from './knobs.ts';
import type { ReadScenario } from './source.ts';
import type { AppliedFix } from './state.ts';

export interface Configured {
  /** With the fixes alone. */
  readonly fixed: Scenario;
  readonly current: Scenario;
  /** Those of the fixes first. */
  readonly set: readonly string[];
}

export function configureScenario(
  { scenario, load }: Pick<ReadScenario, 'scenario' | 'load'>,
  fixes: readonly AppliedFix[],
  turned: Turned,
): Configured | { readonly problem: string } {
  const fixSet = fixes.flatMap(({ set }) => set);
  const loaded = fixSet.length === 0 ? null : load(fixSet);
  const fixed = loaded === null ? scenario : loaded.scenario;
  if (fixed === null) return { problem: problemOf(loaded) };
  const fields = turnedFields(knobsOf(fixed), turned);
  const configurer = new Configurer(fixed, fields, (further) => load([...fixSet, ...further]));
  const configuration = configurer.configure(fields.map(() => 0));
  if (configuration.scenario === null) return { problem: problemOf({ diagnostics: configuration.errors }) };
  return { fixed, current: configuration.scenario, set: [...fixSet, ...settingTexts(configuration.set)] };
}

function problemOf(result: Pick<LoadResult, 'diagnostics'> | null): string {
  const error = result?.diagnostics.find(({ severity }) => severity === 'error');
  return error === undefined ? 'These settings do not fit together.' : `${error.code} ${error.message}`;
}
