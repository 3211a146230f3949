/** The largest request rate with which the rollout still meets the expectations. */
import { checkOf } from '../expectations.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { expectationsOf } from '../tune/run-outcome.ts';
import { noAnswer, single, type Asked, type Question, type Reply } from './question.ts';
import { holdsUsually, largestFactor } from './searching.ts';
import { variedScenario } from './varied-scenario.ts';

const FACTOR_MAX = 16;
const RUNS_OF_A_FAILURE = 5;

function atRate(scenario: Scenario, factor: number): Scenario {
  if (factor === 1) return scenario;
  const rate = scenario.traffic.rate.map(({ atMs, rateRps }) => ({ atMs, rateRps: rateRps * factor }));
  return variedScenario(scenario, { traffic: { ...scenario.traffic, rate } });
}

export const headroom: Question = {
  id: 'headroom',
  title: 'How much more traffic could it take and still meet the expectations?',
  words: [
    'headroom',
    'traffic',
    'rate',
    'more',
    'capacity',
    'load',
    'rps',
    'largest',
    'highest',
    'throughput',
  ],
  async ask(asked) {
    const { scenario } = asked;
    const now = Math.max(...scenario.traffic.rate.map(({ rateRps }) => rateRps));
    if (!(now > 0)) return noAnswer('There is no rate that could grow.');
    const checks = expectationsOf(scenario).map(checkOf);
    const factor = await largestFactor(FACTOR_MAX, async (tried) =>
      holdsUsually(asked, atRate(scenario, tried), (run) => checks.every(({ holds }) => holds(run))),
    );
    return {
      measures: [
        single('largest rate', 'rps', factor === null ? null : factor * now, 'none'),
        single('times the scenario’s rate', 'count', factor, 'none'),
      ],
      notes: await notes(asked, factor),
    };
  },
};

/** What stands in the way of more. */
async function notes(asked: Asked, factor: number | null): Promise<Reply['notes']> {
  if (factor !== null && factor >= FACTOR_MAX)
    return [`Nothing stands in the way up to ${FACTOR_MAX} times the rate, where the search ends.`];
  const { scenario } = asked;
  const beyond = atRate(scenario, factor === null ? 1 / FACTOR_MAX : factor * 2);
  const runs = await asked.runs(beyond, RUNS_OF_A_FAILURE);
  const missed = expectationsOf(scenario)
    .map(checkOf)
    .filter(({ holds }) => !runs.every(holds))
    .map(({ name, target }) => `${name} ${target}`);
  if (factor === null)
    return [
      `Even at 1/${FACTOR_MAX} of the rate the runs miss ${missed.join(', ')}: it is not for lack of capacity.`,
    ];
  return missed.length === 0 ? [] : [`At twice that rate the runs miss ${missed.join(', ')}.`];
}
