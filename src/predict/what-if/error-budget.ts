/** What one rollout takes off the error budget of a month. */
import { RateProfile } from '../../model/traffic/rate-profile.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import { overRuns, type Question } from './question.ts';

const BUDGET_SECONDS = 30 * 24 * 3600;

export const errorBudget: Question = {
  id: 'error-budget',
  title: 'How much of the monthly error budget does it spend?',
  words: ['budget', 'slo', 'month', 'spend', 'monthly', 'error', 'nines', 'sla', 'objective'],
  async ask({ scenario, runs: runsOf, errorBudget: allowed }) {
    const runs = await runsOf(scenario);
    const budgetOf = (run: RunSummary): number => allowed * BUDGET_SECONDS * meanRateRps(scenario, run);
    const percent = Number(((1 - allowed) * 100).toPrecision(6));
    return {
      measures: [
        overRuns('share of the budget of 30 days', 'share', runs, (run) => run.totals.failed / budgetOf(run)),
        overRuns('failed requests', 'count', runs, ({ totals }) => totals.failed),
        overRuns('requests that may fail in 30 days', 'count', runs, budgetOf),
      ],
      notes: [
        `With a target of ${percent} %, and 30 days of requests at the scenario’s mean rate. --slo sets another target.`,
      ],
    };
  },
};

/** Over the run: of the rate that the scenario gives, or of what the users of a closed loop asked. */
function meanRateRps({ traffic }: Scenario, { startMs, endMs, totals }: RunSummary): number {
  const expected =
    traffic.closed === null ? new RateProfile(traffic, endMs).areaBetween(startMs, endMs) : totals.offered;
  return (1000 * expected) / (endMs - startMs);
}
