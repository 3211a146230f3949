/** How many requests fail, by class and by cause. */
import { FAILURE_CLASSES } from '../../record.ts';
import { groupCauses } from '../causes.ts';
import { ruleTitle } from '../rule-titles.ts';
import { causeKey, type RunSummary } from '../run-summary.ts';
import { overRuns, single, type Question } from './question.ts';

const CAUSES_MAX = 4;

function share({ totals }: RunSummary): number {
  return totals.offered === 0 ? 0 : totals.failed / totals.offered;
}

export const failed: Question = {
  id: 'failed',
  title: 'How many requests fail?',
  words: [
    'fail',
    'request',
    'error',
    'lose',
    'lost',
    'drop',
    'zero',
    'downtime',
    'none',
    'failure',
    'cause',
    'why',
  ],
  async ask({ scenario, runs: runsOf }) {
    const runs = await runsOf(scenario);
    const without = runs.filter(({ totals }) => totals.failed === 0).length;
    const causes = groupCauses(runs).slice(0, CAUSES_MAX);
    return {
      measures: [
        overRuns('failed requests', 'count', runs, ({ totals }) => totals.failed),
        overRuns('share of all requests', 'share', runs, share),
        single('probability that none fails', 'probability', without / runs.length),
        ...FAILURE_CLASSES.filter((name) =>
          runs.some(({ totals }) => (totals.failedByClass[name] ?? 0) > 0),
        ).map((name) => overRuns(name, 'count', runs, ({ totals }) => totals.failedByClass[name] ?? 0)),
        ...causes.map((cause) =>
          overRuns(`${cause.rule}: ${ruleTitle(cause.rule)}`, 'count', runs, (run) =>
            run.causes.reduce((sum, one) => sum + (causeKey(one) === causeKey(cause) ? one.failed : 0), 0),
          ),
        ),
      ],
      notes: causes.flatMap(({ rule, where: [first] }) =>
        first === undefined ? [] : [`${rule}: ${first.file}:${first.line}`],
      ),
    };
  },
};
