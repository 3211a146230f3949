/** Causes of two sides, matched by rule and lines; the failures of each are compared like any other figure. */
import type { CauseOfSide, ComparedCause, Difference } from '../../comparison.ts';
import type { PredictedCause, Summary } from '../../prediction.ts';
import { causeKey, type RunSummary } from '../run-summary.ts';
import {
  differenceOfPairs,
  differenceOfSamples,
  equalSummaries,
  NO_DIFFERENCE,
  verdictOf,
} from './difference.ts';
import { areSame, pairsOf, type Side } from './side.ts';

interface Match {
  readonly first: PredictedCause | null;
  readonly second: PredictedCause | null;
}

const NONE: Summary = { mean: 0, sd: 0, p2_5: 0, p25: 0, p50: 0, p75: 0, p97_5: 0, min: 0, max: 0 };

export function compareCauses(first: Side, second: Side): readonly ComparedCause[] {
  const matches = matchCauses(first.prediction.causes, second.prediction.causes);
  return matches.map((match) => comparedCause(match, first, second)).toSorted((a, b) => cost(b) - cost(a));
}

/**
 * By rule and lines first. A setting moves a cause to another line (`--set`), another file names its lines its own
 * way: where a rule is left once on each side, that is the same cause too.
 */
export function matchCauses(
  first: readonly PredictedCause[],
  second: readonly PredictedCause[],
): readonly Match[] {
  const matches: Match[] = [];
  const [left, right] = [new Set(first), new Set(second)];
  const join = (a: PredictedCause, b: PredictedCause): void => {
    matches.push({ first: a, second: b });
    left.delete(a);
    right.delete(b);
  };
  for (const cause of first) {
    const same = second.find((other) => keyOf(other) === keyOf(cause));
    if (same !== undefined) join(cause, same);
  }
  for (const cause of first) {
    if (!left.has(cause)) continue;
    const ofRule = (side: ReadonlySet<PredictedCause>): readonly PredictedCause[] =>
      [...side].filter(({ rule }) => rule === cause.rule);
    const [only, another] = ofRule(right);
    if (only !== undefined && another === undefined && ofRule(left).length === 1) join(cause, only);
  }
  for (const cause of left) matches.push({ first: cause, second: null });
  for (const cause of right) matches.push({ first: null, second: cause });
  return matches;
}

function comparedCause({ first: a, second: b }: Match, first: Side, second: Side): ComparedCause {
  const difference = failedDifference(a, b, first, second);
  const { rule, title } = (a ?? b) as PredictedCause;
  return {
    rule,
    title,
    first: ofSide(a),
    second: ofSide(b),
    difference,
    verdict: verdictOf(difference, 'less'),
  };
}

function failedDifference(
  a: PredictedCause | null,
  b: PredictedCause | null,
  first: Side,
  second: Side,
): Difference {
  const pairs = pairsOf(first, second);
  if (pairs !== null) {
    return differenceOfPairs(
      pairs.map((pair) => failedOf(a, pair.first)),
      pairs.map((pair) => failedOf(b, pair.second)),
    );
  }
  const [left, right] = [a?.failed ?? NONE, b?.failed ?? NONE];
  if (areSame(first, second) && equalSummaries(left, right)) return NO_DIFFERENCE;
  return differenceOfSamples(
    { summary: left, runs: first.prediction.engine.runs },
    { summary: right, runs: second.prediction.engine.runs },
  );
}

function failedOf(cause: PredictedCause | null, run: RunSummary): number {
  if (cause === null) return 0;
  const key = keyOf(cause);
  return run.causes.reduce((sum, each) => sum + (causeKey(each) === key ? each.failed : 0), 0);
}

function keyOf({ rule, where }: PredictedCause): string {
  return causeKey({ rule, where: where.map((place) => ({ ...place, column: 1 })) });
}

function ofSide(cause: PredictedCause | null): CauseOfSide | null {
  return cause === null ? null : { failed: cause.failed, share: cause.share, where: cause.where };
}

function cost({ first, second }: ComparedCause): number {
  return Math.max(first?.failed.mean ?? 0, second?.failed.mean ?? 0);
}
