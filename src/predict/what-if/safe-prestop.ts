/** The shortest preStop sleep that keeps a rollout from failing requests, or why none does. */
import type { Scenario } from '../../scenario/scenario.ts';
import { groupCauses } from '../causes.ts';
import { remedyOf } from '../remedy.ts';
import { ruleTitle } from '../rule-titles.ts';
import type { RunSummary } from '../run-summary.ts';
import { settingTexts } from '../setting-text.ts';
import { subjectOf } from '../subject.ts';
import { NO_DEPLOYMENT, noAnswer, single, type Question } from './question.ts';
import { holdsUsually, smallest } from './searching.ts';

const SLEEP_SECONDS_MAX = 60;
/** Enough to say what remains. */
const RUNS_OF_A_FAILURE = 5;

function failsNone({ totals }: RunSummary): boolean {
  return totals.failed === 0;
}

export const safePreStop: Question = {
  id: 'safe-prestop',
  title: 'What is the shortest preStop sleep with which no request fails?',
  words: ['prestop', 'sleep', 'safe', 'hook', 'pre', 'stop', 'smallest', 'shortest', 'lifecycle', 'grace'],
  async ask(asked) {
    const { scenario, reload } = asked;
    const subject = subjectOf(scenario);
    if (subject === null) return NO_DEPLOYMENT;
    const known = new Map<number, Scenario | null>();
    const sleeping = (sleepSeconds: number): Scenario | null => {
      if (!known.has(sleepSeconds)) {
        known.set(sleepSeconds, reload(settingTexts(remedyOf([{ title: '', sleepSeconds }], subject))));
      }
      return known.get(sleepSeconds) ?? null;
    };
    const longest = sleeping(SLEEP_SECONDS_MAX);
    if (longest === null) return noAnswer('The manifest takes no preStop sleep.');
    const seconds = await smallest(SLEEP_SECONDS_MAX, async (value) => {
      const changed = sleeping(value);
      return changed !== null && holdsUsually(asked, changed, failsNone);
    });
    const runs =
      seconds === null
        ? await asked.runs(longest, RUNS_OF_A_FAILURE)
        : await asked.runs(sleeping(seconds) ?? longest);
    return {
      measures: [
        single('preStop sleep', 'ms', seconds === null ? null : 1000 * seconds, 'none is long enough'),
        single(
          'probability that none fails with it',
          'probability',
          runs.filter(failsNone).length / runs.length,
        ),
      ],
      notes: notes(seconds, runs),
    };
  },
};

function notes(seconds: number | null, runs: readonly RunSummary[]): readonly string[] {
  if (seconds === 0) return ['No sleep is needed: no request fails without one.'];
  if (seconds !== null)
    return ['The sleep replaces the hook, and the grace period grows with it where it must (R-SRV-6).'];
  const left = groupCauses(runs)
    .slice(0, 3)
    .map(({ rule, where: [first] }) => {
      const line = first === undefined ? '' : `, ${first.file}:${first.line}`;
      return `${ruleTitle(rule)} (${rule}${line}).`;
    });
  return [`With ${SLEEP_SECONDS_MAX} s, the longest that is tried, there remains:`, ...left];
}
