/** The runs that were predicted and the replays that were measured → what held and what did not. */
import type { MeasuredRun } from './measured-run.ts';
import type { RunSummary } from '../predict/run-summary.ts';
import { subjectOf } from '../predict/subject.ts';
import { mean, summarize } from '../predict/statistics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Scores, ScenarioVerification, VerificationVerdict, VerifiedFigure } from '../verification.ts';
import { failureLines } from './failure-lines.ts';
import { FIGURES, MAIN_FIGURE, type Figure } from './figures.ts';
import { crps, holmRejections, intervalScore, rankPValue, runsToReject, skill } from './scores.ts';

/** Probability of calling a right prediction of a scenario inconsistent, at most. */
export const FALSE_ALARM_RATE = 0.05;
/** Half of it is spent on what is predicted in the first place, the failed requests; the other figures share the rest. */
const FAMILY_LEVEL = FALSE_ALARM_RATE / 2;

export interface VerifyInput {
  /** With the settings of the replays. */
  readonly scenario: Scenario;
  readonly settings: readonly string[];
  /** What the predicted starts had of the machine; null: each node is one. */
  readonly idleShare: number | null;
  readonly seed: number;
  /**
   * Not empty. Replays of one cluster differ less than runs do, each of which draws a cluster: so each element holds runs
   * that share the cluster they drew, as many as there are valid replays, one without any.
   */
  readonly predicted: readonly (readonly RunSummary[])[];
  readonly measured: readonly MeasuredRun[];
}

/** @throws RangeError when the predicted runs of a cluster are not as many as the valid replays */
export function verifyScenario({
  scenario,
  settings,
  idleShare,
  seed,
  predicted: clusters,
  measured,
}: VerifyInput): ScenarioVerification {
  const valid = measured.filter(({ facts }) => facts.valid);
  const size = Math.max(1, valid.length);
  if (clusters.some((runs) => runs.length !== size))
    throw new RangeError(`each predicted cluster needs ${size} runs`);
  const predicted = clusters.map(([first]) => first as RunSummary);
  const figures = FIGURES.map((figure) => verifyFigure(figure, clusters, valid)).filter(isWorthShowing);
  const families = familiesOf(figures);
  const refutedBy = families.flatMap(refuted);
  return {
    scenario: { name: scenario.name, digest: scenario.digest },
    seed,
    runs: predicted.length,
    settings,
    idleShare,
    replays: measured.map(({ facts }) => facts),
    figures,
    scores: valid.length === 0 ? null : scoresOf(scenario, predicted, valid),
    failedPerSecond: failureLines(
      predicted,
      valid.map(({ summary }) => summary),
    ),
    verdict: verdictOf(valid.length, refutedBy.length),
    refutedBy,
    silent: families
      .filter((family) => predicted.length < neededBy(family))
      .flatMap((family) => family.map(({ name }) => name)),
    runsNeeded: Math.max(...families.map(neededBy)),
  };
}

type Family = readonly VerifiedFigure[];

/** The failed requests, and the other figures that decide. */
function familiesOf(figures: readonly VerifiedFigure[]): readonly Family[] {
  const deciding = figures.filter(({ name }) =>
    FIGURES.some((figure) => figure.decides && figure.name === name),
  );
  return [
    deciding.filter(({ name }) => name === MAIN_FIGURE),
    deciding.filter(({ name }) => name !== MAIN_FIGURE),
  ];
}

function refuted(family: Family): readonly string[] {
  const rejected = holmRejections(
    family.map(({ pValue }) => pValue),
    FAMILY_LEVEL,
  );
  return family.filter((_, index) => rejected[index]).map(({ name }) => name);
}

function neededBy(family: Family): number {
  return runsToReject(family.length, FAMILY_LEVEL);
}

function verdictOf(valid: number, refuted: number): VerificationVerdict {
  if (valid === 0) return 'unjudged';
  return refuted === 0 ? 'consistent' : 'inconsistent';
}

/** A class of failures that neither side knows says nothing. */
function isWorthShowing({ name, predicted, measured }: VerifiedFigure): boolean {
  if (!name.startsWith('requests.failedByClass.'))
    return predicted !== null || measured.some((value) => value !== null);
  return (predicted?.max ?? 0) > 0 || measured.some((value) => value !== 0);
}

function verifyFigure(
  figure: Figure,
  clusters: VerifyInput['predicted'],
  valid: readonly MeasuredRun[],
): VerifiedFigure {
  const ensemble = clusters.map(([first]) => figure.of(first as RunSummary));
  const values = ensemble.filter((value) => value !== null);
  const summary = values.length === 0 ? null : summarize(values);
  const measured = valid.map((replay) => figure.of(replay.summary));
  return {
    name: figure.name,
    unit: figure.unit,
    predicted: summary,
    measured,
    covered: measured.map((value) => {
      if (value === null) return values.length < ensemble.length;
      return summary !== null && value >= summary.p2_5 && value <= summary.p97_5;
    }),
    pValue:
      measured.length === 0
        ? 1
        : rankPValue(
            clusters.map((runs) => endlessMean(runs.map(figure.of))),
            endlessMean(measured),
          ),
  };
}

/** What never happened comes after everything that did. */
function endlessMean(values: readonly (number | null)[]): number {
  return mean(values.map((value) => value ?? Number.POSITIVE_INFINITY));
}

function scoresOf(
  scenario: Scenario,
  predicted: readonly RunSummary[],
  valid: readonly MeasuredRun[],
): Scores {
  const ensemble = predicted.map(({ totals }) => totals.failed).toSorted((a, b) => a - b);
  const { p2_5, p97_5 } = summarize(ensemble);
  const measured = valid.map(({ summary }) => summary.totals.failed);
  const score = mean(measured.map((value) => crps(ensemble, value)));
  const rule = onePodSecond(scenario);
  return {
    width: p97_5 - p2_5,
    intervalScore: mean(measured.map((value) => intervalScore(p2_5, p97_5, value))),
    crps: score,
    skill: {
      alwaysZero: skill(score, mean(measured)),
      onePodSecond: skill(score, mean(measured.map((value) => Math.abs(value - rule)))),
    },
  };
}

/** The rule of thumb "one pod's requests of one second" (DESIGN §8): rate × 1 s ÷ replicas. */
function onePodSecond(scenario: Scenario): number {
  const rates = scenario.traffic.rate.map(({ rateRps }) => rateRps);
  const replicas = Math.max(1, subjectOf(scenario)?.deployment.replicas ?? 1);
  return rates.length === 0 ? 0 : mean(rates) / replicas;
}
