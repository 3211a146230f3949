/** For each cause its fix, and what the fix does to the whole scenario: simulated, not promised. */
import type { Fix, Summary } from '../prediction.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { adviceFor, type Advice } from './advice.ts';
import type { CauseOverRuns } from './causes.ts';
import { remedyOf, type SettingValues } from './remedy.ts';
import { settingTexts } from './setting-text.ts';
import { subjectOf, type Subject } from './subject.ts';

/** Causes beyond these, or below this share of the failures, get a fix that is named and not simulated. */
const SIMULATED_MAX = 6;
const SIMULATED_SHARE_MIN = 0.0005;

export interface Remedy {
  readonly title: string;
  readonly set: SettingValues;
  /** The settings as text: equal texts are one remedy. */
  readonly key: string;
  /** The scenario with the settings in place, when it is to be simulated. */
  readonly scenario: Scenario | null;
}

/** Loads the scenario with further settings; null where they do not fit. */
export type Reload = (set: readonly string[]) => Scenario | null;

export interface RemedyPlan {
  readonly byCause: ReadonlyMap<CauseOverRuns, Remedy>;
  /** All of them together; null when there are fewer than two. */
  readonly together: Remedy | null;
}

/** @param reload without it, fixes are named and not simulated */
export function planRemedies(
  causes: readonly CauseOverRuns[],
  scenario: Scenario,
  reload: Reload | undefined,
): RemedyPlan {
  const subject = subjectOf(scenario);
  if (subject === null) return { byCause: new Map(), together: null };
  const byCause = new Map<CauseOverRuns, Remedy>();
  const advices = new Map<string, Advice>();
  for (const [rank, cause] of causes.entries()) {
    const advice = adviceFor(cause.rule, scenario, subject);
    if (advice === null) continue;
    const remedy = remedyFor([advice], advice.title, { scenario, subject, reload });
    if (remedy === null) continue;
    const worthSimulating = rank < SIMULATED_MAX && cause.share >= SIMULATED_SHARE_MIN;
    byCause.set(cause, worthSimulating ? remedy : { ...remedy, scenario: null });
    if (!advices.has(remedy.key)) advices.set(remedy.key, advice);
  }
  const together =
    advices.size < 2
      ? null
      : remedyFor([...advices.values()], 'all fixes together', { scenario, subject, reload });
  return { byCause, together };
}

interface Ground {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly reload: Reload | undefined;
}

/** null when the settings do not fit, or say what the scenario says already: then they are no fix. */
function remedyFor(
  advices: readonly Advice[],
  title: string,
  { scenario, subject, reload }: Ground,
): Remedy | null {
  const set = remedyOf(advices, subject);
  const texts = settingTexts(set);
  const fixed = reload?.(texts) ?? null;
  if (reload !== undefined && (fixed === null || fixed.digest === scenario.digest)) return null;
  return { title, set, key: texts.join('\n'), scenario: fixed };
}

/** Every remedy that is to be simulated, each once. */
export function remediesToSimulate({ byCause, together }: RemedyPlan): readonly Remedy[] {
  const chosen = new Map<string, Remedy>();
  for (const remedy of [...byCause.values(), ...(together === null ? [] : [together])]) {
    if (remedy.scenario !== null && !chosen.has(remedy.key)) chosen.set(remedy.key, remedy);
  }
  return [...chosen.values()];
}

/** @param failed of each simulated remedy, by its key */
export function fixOf(remedy: Remedy, failed: ReadonlyMap<string, Summary>): Fix {
  return { title: remedy.title, set: remedy.set, failed: failed.get(remedy.key) ?? null };
}
