/**
 * Chooses the fields by the causes of failed requests. A fix can bring out a cause that another one had hidden, so the
 * fixes of all causes found are made together, and what then still fails adds its fields, a few times over.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { adviceFor } from '../advice.ts';
import { groupCauses } from '../causes.ts';
import { remedyOf } from '../remedy.ts';
import type { RunSummary } from '../run-summary.ts';
import type { Runner } from '../runner.ts';
import { settingTexts } from '../setting-text.ts';
import { subjectOf } from '../subject.ts';
import { automaticFields } from './automatic-fields.ts';
import type { LoadWith } from './configure.ts';
import type { Field } from './field.ts';

const ROUNDS_MAX = 3;
/** Runs of the scenario with all fixes made: a cause that none of them shows is rare. */
const FIXED_RUNS = 2;

export interface ExplorationParts {
  readonly scenario: Scenario;
  /** Runs of the scenario as it is. */
  readonly present: readonly RunSummary[];
  readonly load: LoadWith;
  readonly runner: Runner;
  readonly seeds: readonly number[];
  /** How many further runs may be made. */
  readonly runsMax: number;
  readonly onRun: () => void;
}

export async function chosenFields(parts: ExplorationParts): Promise<readonly Field[]> {
  const { scenario, load, runner, onRun } = parts;
  const rules: string[] = [];
  let runs = parts.present;
  let left = parts.runsMax;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = groupCauses(runs)
      .map(({ rule }) => rule)
      .filter((rule) => !rules.includes(rule));
    if (found.length === 0) break;
    rules.push(...new Set(found));
    const fixed = withAllFixes(rules, scenario, load);
    if (fixed === null) break;
    const seeds = parts.seeds.slice(0, Math.min(FIXED_RUNS, left));
    if (seeds.length === 0) break;
    left -= seeds.length;
    runs = await runner.run(fixed, seeds, onRun);
  }
  return automaticFields(rules, scenario);
}

/** null when there is nothing to fix or the fixes do not fit together. */
function withAllFixes(rules: readonly string[], scenario: Scenario, load: LoadWith): Scenario | null {
  const subject = subjectOf(scenario);
  if (subject === null) return null;
  const advices = rules.flatMap((rule) => adviceFor(rule, scenario, subject) ?? []);
  const texts = settingTexts(remedyOf(advices, subject));
  return texts.length === 0 ? null : load(texts).scenario;
}
