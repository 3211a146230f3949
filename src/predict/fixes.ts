/** For each cause its fix, and what the fix does to the whole scenario: simulated, not promised. */
import type { Fix, Summary } from '../prediction.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { adviceFor, type Advice } from './advice.ts';
import type { CauseOverRuns } from './causes.ts';
import { remedyOf, type SettingValues } from './remedy.ts';
import { settingTexts } from './setting-text.ts';
import type { Subject } from './subject.ts';

/** Causes beyond these, or below this share of the failures, get a fix that is named and not simulated. */
const SIMULATED_MAX = 6;
const SIMULATED_SHARE_MIN = 0.0005;

export interface Remedy {
  readonly title: string;
  readonly set: SettingValues;
  /** The settings as text: equal texts are one remedy. */
  readonly key: string;
  readonly simulated: boolean;
}

export interface RemedyPlan {
  readonly byCause: ReadonlyMap<CauseOverRuns, Remedy>;
  /** All of them together; null when there are fewer than two. */
  readonly together: Remedy | null;
}

export function planRemedies(
  causes: readonly CauseOverRuns[],
  scenario: Scenario,
  subject: Subject | null,
): RemedyPlan {
  if (subject === null) return { byCause: new Map(), together: null };
  const byCause = new Map<CauseOverRuns, Remedy>();
  const advices = new Map<string, Advice>();
  for (const [rank, cause] of causes.entries()) {
    const advice = adviceFor(cause.rule, scenario, subject);
    if (advice === null) continue;
    const set = remedyOf([advice], subject);
    const key = settingTexts(set).join('\n');
    const simulated = rank < SIMULATED_MAX && cause.share >= SIMULATED_SHARE_MIN;
    byCause.set(cause, { title: advice.title, set, key, simulated });
    if (!advices.has(key)) advices.set(key, advice);
  }
  return { byCause, together: togetherOf([...advices.values()], subject) };
}

function togetherOf(advices: readonly Advice[], subject: Subject): Remedy | null {
  if (advices.length < 2) return null;
  const set = remedyOf(advices, subject);
  return { title: 'all fixes together', set, key: settingTexts(set).join('\n'), simulated: true };
}

/** Every remedy that is to be simulated, each once. */
export function remediesToSimulate({ byCause, together }: RemedyPlan): readonly Remedy[] {
  const chosen = new Map<string, Remedy>();
  for (const remedy of [...byCause.values(), ...(together === null ? [] : [together])]) {
    if (remedy.simulated && !chosen.has(remedy.key)) chosen.set(remedy.key, remedy);
  }
  return [...chosen.values()];
}

/** @param failed of each simulated remedy, by its key */
export function fixOf(remedy: Remedy, failed: ReadonlyMap<string, Summary>): Fix {
  return { title: remedy.title, set: remedy.set, failed: failed.get(remedy.key) ?? null };
}
