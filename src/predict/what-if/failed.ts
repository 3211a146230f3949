/** How many requests the rollout fails, by class and by cause; and what that takes off the error budget. */
import { FAILURE_CLASSES } from '../../record.ts';
import { groupCauses } from '../causes.ts';
import { ruleTitle } from '../rule-titles.ts';
import { causeKey, type RunSummary } from '../run-summary.ts';
import { overRuns, single, type Question } from './question.ts';

const CAUSES_MAX = 4;
const BUDGET_SECONDS = 30 * 24 * 3600;

function share({ totals }: RunSummary): number {
  return totals.offered === 0 ? 0 : totals.failed / totals.offered;
}

export const failed: Question = {
  id: 'failed',
  title: 'How many requests fail?',
  words: ['fail', 'request', 'error', 'lose', 'lost', 'drop', 'zero', 'downtime', 'none'],
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

export const errorBudget: Question = {
  id: 'error-budget',
  title: 'How much of the monthly error budget does it spend?',
  words: ['budget', 'error', 'slo', 'month', 'spend', 'monthly'],
  async ask({ scenario, runs: runsOf, errorBudget: allowed }) {
    const runs = await runsOf(scenario);
    const { rate, closed } = scenario.traffic;
    const rps = rate.length === 0 ? 0 : rate.reduce((sum, { rateRps }) => sum + rateRps, 0) / rate.length;
    const budgetOf = ({ totals, endMs }: RunSummary): number =>
      allowed * BUDGET_SECONDS * (closed === null ? rps : totals.offered / (endMs / 1000));
    return {
      measures: [
        overRuns('share of the budget of 30 days', 'share', runs, (run) => run.totals.failed / budgetOf(run)),
        overRuns('failed requests', 'count', runs, ({ totals }) => totals.failed),
        overRuns('requests that may fail in 30 days', 'count', runs, budgetOf),
      ],
      notes: [
        `The budget is ${Number((allowed * 100).toPrecision(6))} % of the requests of 30 days at the scenario’s rate.`,
      ],
    };
  },
};
