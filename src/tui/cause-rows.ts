/** Causes as the screen lists them: with the line behind each and the fix that it gets. */
import type { CauseOverRuns } from '../predict/causes.ts';
import { planRemedies } from '../predict/fixes.ts';
import { ruleTitle } from '../predict/rule-titles.ts';
import { settingTexts } from '../predict/setting-text.ts';
import { SETTING_FILE } from '../scenario/setting.ts';
import type { Sources } from '../report/source-lines.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CauseRow } from './state.ts';

/** Fixes are named here; what each does is found out by simulation, one after another. */
export function causeRows(
  causes: readonly CauseOverRuns[],
  scenario: Scenario,
  sources: Sources,
): readonly CauseRow[] {
  const { byCause } = planRemedies(causes, scenario, undefined);
  return causes.map((cause) => {
    const remedy = byCause.get(cause);
    return {
      rule: cause.rule,
      title: ruleTitle(cause.rule),
      share: cause.share,
      failed: cause.failed,
      place: placeOf(cause, sources),
      fix: remedy === undefined ? null : { title: remedy.title, set: settingTexts(remedy.set), failed: null },
    };
  });
}

function placeOf({ where: [place] }: CauseOverRuns, sources: Sources): string | null {
  if (place === undefined) return null;
  const { file, line } = place;
  if (file === SETTING_FILE) return 'a setting that was changed here';
  const field = sources.field(file, line);
  return field === null || field === '' ? `${file}:${line}` : `${file}:${line}  ${field}`;
}
