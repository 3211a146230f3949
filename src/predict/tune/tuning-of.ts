/** Search result and runs → what `sim tune` tells. */
import type { Scenario } from '../../scenario/scenario.ts';
import { groupCauses } from '../causes.ts';
import { checkExpectations, MET_SHARE_MIN } from '../expectations.ts';
import { ruleTitle } from '../rule-titles.ts';
import type { RunSummary } from '../run-summary.ts';
import { summarize } from '../statistics.ts';
import {
  metInterval,
  metRuns,
  newCandidate,
  PAIRED_RUNS,
  verdictOf,
  type Candidate,
  type RunOutcome,
} from './candidate.ts';
import type { Configuration } from './configure.ts';
import type { Field } from './field.ts';
import { patchesOf } from './patch.ts';
import { expectationsOf, runOutcome, standingPods } from './run-outcome.ts';
import type { SearchResult } from './search.ts';
import type { SimulatedProblem } from './simulated-problem.ts';
import { gridSize, type Point } from './space.ts';
import { TUNING_SCHEMA, type Choice, type Nearest, type TunedConfiguration, type Tuning } from './tuning.ts';

/** Causes that are named as limits: the rest is too little to matter. */
const CAUSES_MAX = 3;

export interface TuningParts {
  readonly scenario: Scenario;
  readonly fields: readonly Field[];
  readonly fieldsChosen: boolean;
  /** Runs of the scenario as it is. */
  readonly present: readonly RunSummary[];
  readonly problem: SimulatedProblem;
  readonly result: SearchResult;
  readonly version: string;
  readonly seed: number;
  readonly wallMs: number;
}

export function tuningOf(parts: TuningParts): Tuning {
  const { scenario, fields, result, problem, present } = parts;
  const { choice, best, candidates } = result;
  const refused = candidates.filter((candidate) => candidate.refused);
  const [firstRefused] = refused;
  const describe = (candidate: Candidate): TunedConfiguration => describeCandidate(candidate, parts);
  return {
    schema: TUNING_SCHEMA,
    scenario: { name: scenario.name, digest: scenario.digest },
    engine: {
      version: parts.version,
      mode: present.some(({ engine }) => engine === 'skip-ahead') ? 'skip-ahead' : 'exact',
      seed: parts.seed,
      runs: result.runs,
      wallMs: parts.wallMs,
    },
    fields: fields.map(({ name, levels, current }) => ({
      name,
      values: levels.map(({ text }) => text),
      present: current,
    })),
    fieldsChosen: parts.fieldsChosen,
    expectationsAssumed: scenario.expect.length === 0,
    grid: {
      configurations: gridSize(problem.axes),
      looked: refused.length + candidates.filter(({ outcomes }) => outcomes.length > 0).length,
      refused: refused.length,
      refusal:
        firstRefused === undefined
          ? null
          : (problem.configurationAt(firstRefused.point).errors[0]?.message ?? null),
    },
    exhausted: result.exhausted,
    present: presentConfiguration(parts),
    choice: choice === null ? null : withPatches(describe(choice), scenario),
    nearest: choice !== null || best === null ? null : withLimits(describe(best), best, parts),
    frontier: result.frontier.map((candidate) =>
      describeCandidate(candidate, parts, candidate.outcomes.slice(0, PAIRED_RUNS)),
    ),
  };
}

/** @param shown the runs whose figures are shown; how often the expectations are met is said of all of them */
function describeCandidate(
  candidate: Candidate,
  { problem, fields }: TuningParts,
  shown: readonly RunOutcome[] = candidate.outcomes,
): TunedConfiguration {
  const { point } = candidate;
  return describe(candidate, shown, {
    values: valuesAt(point, fields),
    configuration: problem.configurationAt(point),
  });
}

function presentConfiguration({ scenario, present, fields }: TuningParts): TunedConfiguration {
  const expectations = expectationsOf(scenario);
  const standing = standingPods(scenario);
  const outcomes = present.map((run) => runOutcome(run, expectations, standing));
  return describe({ ...newCandidate([], 0), outcomes }, outcomes, {
    values: Object.fromEntries(fields.map(({ name, current }) => [name, current ?? 'present'])),
    configuration: { set: {}, changedFields: [], graceSeconds: null },
  });
}

function valuesAt(point: Point, fields: readonly Field[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(({ name, levels }, axis) => [name, levels[point[axis] ?? -1]?.text ?? '']),
  );
}

interface Described {
  readonly values: Readonly<Record<string, string>>;
  readonly configuration: Pick<Configuration, 'set' | 'changedFields' | 'graceSeconds'>;
}

function describe(
  candidate: Candidate,
  shown: readonly RunOutcome[],
  { values, configuration }: Described,
): TunedConfiguration {
  const interval = metInterval(candidate) ?? { low: 0, high: 1 };
  const runs = candidate.outcomes.length;
  return {
    values,
    set: configuration.set,
    changedFields: configuration.changedFields,
    graceSeconds: configuration.graceSeconds,
    runs,
    verdict: verdictOf(candidate),
    probabilityMet: { share: runs === 0 ? 0 : metRuns(candidate) / runs, ...interval },
    failed: summarize(
      shown.map(({ failed }) => failed),
      Math.max(...shown.map(({ offered }) => offered)),
    ),
    durationMs: summarize(shown.map(({ durationMs }) => durationMs)),
    peakPods: summarize(shown.map(({ peakPods }) => peakPods)),
    standingPods: shown[0]?.standingPods ?? 0,
    extraPodSeconds: summarize(shown.map(({ extraPodMs }) => extraPodMs / 1000)),
  };
}

function withPatches(configuration: TunedConfiguration, scenario: Scenario): Choice {
  const { patches, rest } = patchesOf(configuration.set, scenario);
  return { ...configuration, patches, scenarioSettings: rest };
}

function withLimits(
  configuration: TunedConfiguration,
  { point }: Candidate,
  { scenario, problem }: TuningParts,
): Nearest {
  const runs = problem.runsAt(point);
  const unmet = checkExpectations(expectationsOf(scenario), runs).filter(
    ({ probabilityMet }) => probabilityMet < MET_SHARE_MIN,
  );
  return {
    ...configuration,
    unmet: unmet.map(({ name, target, value, probabilityMet }) => ({ name, target, value, probabilityMet })),
    causes: groupCauses(runs)
      .slice(0, CAUSES_MAX)
      .map(({ rule, share, where }) => ({
        rule,
        title: ruleTitle(rule),
        share,
        where: where.map(({ file, line }) => ({ file, line })),
      })),
  };
}
