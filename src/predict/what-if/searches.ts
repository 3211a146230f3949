/** Questions that are answered by trying one setting again and again, with the same seeds. */
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOf } from '../expectations.ts';
import { groupCauses } from '../causes.ts';
import { remedyOf } from '../remedy.ts';
import { ruleTitle } from '../rule-titles.ts';
import type { RunSummary } from '../run-summary.ts';
import { settingTexts } from '../setting-text.ts';
import { subjectOf } from '../subject.ts';
import { expectationsOf } from '../tune/run-outcome.ts';
import { single, type Asked, type Question } from './question.ts';

/** A setting is good enough when it holds in this share of the runs. */
const GOOD_SHARE = 0.95;
const SLEEP_SECONDS_MAX = 60;

function shareWithoutFailure(runs: readonly RunSummary[]): number {
  return runs.filter(({ totals }) => totals.failed === 0).length / runs.length;
}

/** The smallest whole number in [0, most] from which on `good` holds, taken as monotone; null when `most` is not good. */
async function smallest(most: number, good: (value: number) => Promise<boolean>): Promise<number | null> {
  if (!(await good(most))) return null;
  let [bad, fine] = [-1, most];
  while (fine - bad > 1) {
    const middle = Math.floor((bad + fine) / 2);
    if (await good(middle)) fine = middle;
    else bad = middle;
  }
  return fine;
}

export const safePreStop: Question = {
  id: 'safe-prestop',
  title: 'What is the shortest preStop sleep with which no request fails?',
  words: ['prestop', 'sleep', 'safe', 'hook', 'pre', 'stop', 'smallest', 'shortest'],
  async ask({ scenario, reload, runs }) {
    const subject = subjectOf(scenario);
    if (subject === null) return { measures: [], notes: ['No Deployment stands behind the called Service.'] };
    const sleeping = (sleepSeconds: number): Scenario | null =>
      reload(settingTexts(remedyOf([{ title: '', sleepSeconds }], subject)));
    const runsWith = async (seconds: number): Promise<readonly RunSummary[]> => {
      const changed = sleeping(seconds);
      return changed === null ? [] : runs(changed);
    };
    const seconds = await smallest(
      SLEEP_SECONDS_MAX,
      async (value) => shareWithoutFailure(await runsWith(value)) >= GOOD_SHARE,
    );
    const tried = await runsWith(seconds ?? SLEEP_SECONDS_MAX);
    const [cause] = groupCauses(tried);
    return {
      measures: [
        single('preStop sleep', 'ms', seconds === null ? null : 1000 * seconds),
        single('probability that none fails with it', 'probability', shareWithoutFailure(tried)),
      ],
      notes:
        seconds === null
          ? [
              `No sleep up to ${SLEEP_SECONDS_MAX} s is enough.${cause === undefined ? '' : ` What remains: ${ruleTitle(cause.rule)} (${cause.rule}).`}`,
            ]
          : ['The sleep replaces the hook, and the grace period grows with it where it must (R-SRV-6).'],
    };
  },
};

function atRate(scenario: Scenario, factor: number): Scenario {
  const rate = scenario.traffic.rate.map(({ atMs, rateRps }) => ({ atMs, rateRps: rateRps * factor }));
  return { ...scenario, traffic: { ...scenario.traffic, rate } };
}

const FACTOR_MAX = 16;
const HALVINGS = 5;

async function meets({ runs }: Asked, scenario: Scenario): Promise<boolean> {
  const results = await runs(scenario);
  const checks = expectationsOf(scenario).map(checkOf);
  const met = results.filter((run) => checks.every(({ holds }) => holds(run))).length;
  return met / results.length >= GOOD_SHARE;
}

/** The largest factor of the rate, within 3 %, that still meets the expectations; null when none from 1/16 on does. */
async function largestFactor(asked: Asked): Promise<number | null> {
  let fine = 1;
  let bad = 1;
  if (await meets(asked, asked.scenario)) {
    do {
      fine = bad;
      bad *= 2;
    } while (bad <= FACTOR_MAX && (await meets(asked, atRate(asked.scenario, bad))));
    if (bad > FACTOR_MAX) return fine;
  } else {
    do {
      bad = fine;
      fine /= 2;
    } while (fine >= 1 / FACTOR_MAX && !(await meets(asked, atRate(asked.scenario, fine))));
    if (fine < 1 / FACTOR_MAX) return null;
  }
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (fine + bad) / 2;
    if (await meets(asked, atRate(asked.scenario, middle))) fine = middle;
    else bad = middle;
  }
  return fine;
}

export const headroom: Question = {
  id: 'headroom',
  title: 'How much more traffic could it take and still meet the expectations?',
  words: ['headroom', 'traffic', 'rate', 'more', 'capacity', 'load', 'rps', 'largest'],
  async ask(asked) {
    const rates = asked.scenario.traffic.rate.map(({ rateRps }) => rateRps);
    if (rates.length === 0) return { measures: [], notes: ['A closed loop has no rate that could grow.'] };
    const factor = await largestFactor(asked);
    const now = Math.max(...rates);
    const notes =
      factor === null
        ? [
            `Not even at ${Math.round(now / FACTOR_MAX)} requests per second are the expectations met: lack of capacity is not the reason.`,
          ]
        : factor >= FACTOR_MAX
          ? [`Nothing stands in the way up to ${FACTOR_MAX} times the rate, where the search ends.`]
          : [];
    return {
      measures: [
        single('largest rate', 'rps', factor === null ? null : factor * now),
        single('times the scenario’s rate', 'count', factor),
      ],
      notes,
    };
  },
};
