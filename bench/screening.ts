/**
 * `node bench/screening.ts <scenario> [schedules]`: whether what `sim break` puts aside after a look at a fraction of the
 * requests would have broken anything with all of them; prints it and writes nothing. Every schedule is tried both ways,
 * on the seed of the first look, against what the scenario expects and, where failures are many, against each figure that occurs as the bound.
 */
import { readScenario } from '../src/cli/scenario-input.ts';
import { simulate } from '../src/model/simulate.ts';
import { BUDGET_DEFAULT, FAULT_KINDS, isWithin, type FaultKind } from '../src/predict/break/budget.ts';
import { goalsOf, misses, type Goal } from '../src/predict/break/goals.ts';
import { scheduleArbitrary, possibleKinds } from '../src/predict/break/schedule-arbitrary.ts';
import { ScheduleSource } from '../src/predict/break/schedule-source.ts';
import { scheduleKey, withFaults, type Schedule } from '../src/predict/break/schedule.ts';
import { comesNear, screenedKinds, screenFor } from '../src/predict/break/screen.ts';
import { breakTargets, type BreakTargets } from '../src/predict/break/targets.ts';
import { SEED_DEFAULT } from '../src/predict/defaults.ts';
import { checkOf } from '../src/predict/expectations.ts';
import { runSeeds } from '../src/predict/run-seed.ts';
import { summarizeRun, type RunSummary } from '../src/predict/run-summary.ts';
import { mean } from '../src/predict/statistics.ts';
import { expectationsOf } from '../src/predict/tune/run-outcome.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { markdownTable } from './markdown-table.ts';

const BASELINE_RUNS = 20;

interface Timed {
  readonly run: RunSummary;
  readonly cpuMs: number;
}

interface Pair {
  readonly all: Timed;
  readonly few: Timed;
  readonly factor: number;
}

function timed(scenario: Scenario, seed: number): Timed {
  const before = process.cpuUsage();
  const run = summarizeRun(simulate(scenario, { seed, detail: 'summary', failedSampleMax: 0 }));
  const { user, system } = process.cpuUsage(before);
  return { run, cpuMs: (user + system) / 1000 };
}

function* differentSchedules(targets: BreakTargets): Iterable<Schedule> {
  const kinds = possibleKinds(FAULT_KINDS, targets, BUDGET_DEFAULT);
  const arbitrary = scheduleArbitrary(kinds, targets, BUDGET_DEFAULT, BUDGET_DEFAULT.faults);
  const source = new ScheduleSource(SEED_DEFAULT, () => arbitrary);
  const seen = new Set<string>();
  for (let index = 0; ; index++) {
    const { value } = source.at(index);
    if (seen.has(scheduleKey(value)) || !isWithin(value, BUDGET_DEFAULT, targets.replicas)) continue;
    seen.add(scheduleKey(value));
    yield value;
  }
}

/** The first so many schedules that get a look at a fraction at all. */
function tryBothWays(
  scenario: Scenario,
  targets: BreakTargets,
  kinds: readonly FaultKind[],
  count: number,
): readonly Pair[] {
  const [seed = SEED_DEFAULT] = runSeeds(SEED_DEFAULT, 1);
  const pairs: Pair[] = [];
  if (kinds.length === 0) return pairs;
  for (const schedule of differentSchedules(targets)) {
    if (pairs.length === count) return pairs;
    const fewer = screenFor(scenario, schedule, kinds);
    if (fewer === null) continue;
    const all = timed(withFaults(scenario, schedule, 1), seed);
    const few = timed(withFaults(fewer.scenario, schedule, 1), seed);
    pairs.push({ all, few, factor: fewer.factor });
  }
  return pairs;
}

/** One failed request less than each schedule has. */
function everyBound(pairs: readonly Pair[]): readonly Goal[] {
  const location = { file: '', line: 1, column: 1 };
  return pairs.map(({ all }): Goal => {
    const max = all.run.totals.failed - 1;
    return { expectation: { name: 'failedRequests', max, location }, beyond: null, counts: [true] };
  });
}

/** Over all the goals: schedules that break one, those that are put aside, and how many of these are both. */
function rowOf(label: string, goals: readonly Goal[], pairs: readonly Pair[]): readonly string[] {
  let [broken, aside, both] = [0, 0, 0];
  for (const goal of goals) {
    for (const { all, few, factor } of pairs) {
      const breaks = misses(goal, all.run);
      const isFar = !comesNear(goal, few.run, factor);
      if (breaks) broken++;
      if (isFar) aside++;
      if (breaks && isFar) both++;
    }
  }
  return [label, `${broken}`, `${aside}`, `${both}`];
}

const [name = 'black-friday', countText = '100'] = process.argv.slice(2);
const { scenario } = readScenario(name, []);
if (scenario === null) throw new Error(`${name} cannot be read`);
const baseline = runSeeds(SEED_DEFAULT, BASELINE_RUNS).map((one) => timed(scenario, one).run);
const targets = breakTargets(scenario, {
  rollsOut: baseline.some(({ rollout }) => rollout.outcome !== 'none'),
  endMs: Math.max(...baseline.map(({ endMs }) => endMs)),
});
const goals = goalsOf(expectationsOf(scenario), baseline, 1);
const kinds = screenedKinds(scenario, goals, baseline);
/** Whether all schedules are, not only those in which a node goes down. */
const isScreened = (of: readonly Goal[]): boolean => screenedKinds(scenario, of, baseline).length > 1;
const pairs = tryBothWays(scenario, targets, kinds, Number(countText));
if (pairs.length === 0) console.log(`${name}: every look is at all requests`);
else {
  const [allMs, fewMs] = [mean(pairs.map(({ all }) => all.cpuMs)), mean(pairs.map(({ few }) => few.cpuMs))];
  const rows = goals.map((goal) => {
    const { name: label, target } = checkOf(goal.expectation);
    return rowOf(`${label} ${goal.beyond ?? target}`, [goal], pairs);
  });
  const bounds = everyBound(pairs).filter((goal) => isScreened([goal]));
  if (isScreened(goals)) rows.push(rowOf(`${bounds.length} figures as the bound`, bounds, pairs));
  console.log(
    `${name}: ${pairs.length} schedules with ${kinds.join(', ')}; ` +
      `${allMs.toFixed(0)} ms of CPU each with all requests, ${fewMs.toFixed(0)} ms with a fraction\n\n` +
      markdownTable([['expected', 'break it', 'put aside', 'both'], ...rows]),
  );
}
