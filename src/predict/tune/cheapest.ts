/**
 * What cheap means: fewest pods that run all the time, then fewest pods beyond those times how long they are there, then
 * the shortest rollout, then the fewest fields to change. Differences that no one would pay for count as none.
 */
import { figuresOf, type Candidate, type Figures } from './candidate.ts';

/** Times and pods within this share of the least are equal. */
const TOLERANCE = 0.05;

const CRITERIA: readonly ((figures: Figures) => number)[] = [
  ({ standingPods }) => standingPods,
  ({ extraPodMs }) => extraPodMs,
  ({ durationMs }) => durationMs,
];

/** The cheapest of those that have runs; null when none has. Of equals the one that changes least, then the first. */
export function cheapest(candidates: readonly Candidate[]): Candidate | null {
  let left = candidates.flatMap((candidate) => {
    const figures = figuresOf(candidate);
    return figures === null ? [] : [{ candidate, figures }];
  });
  for (const criterion of CRITERIA) {
    const bound = upTo(Math.min(...left.map(({ figures }) => criterion(figures))));
    left = left.filter(({ figures }) => criterion(figures) <= bound);
  }
  return left.reduce<Candidate | null>(
    (best, { candidate }) =>
      best === null || candidate.changedFields < best.changedFields ? candidate : best,
    null,
  );
}

/** Whether a configuration with figures `a` costs more than one with figures `b`, beyond what counts as equal. */
export function clearlyDearer(a: Figures, b: Figures): boolean {
  for (const criterion of CRITERIA) {
    if (criterion(a) > upTo(criterion(b))) return true;
    if (criterion(b) > upTo(criterion(a))) return false;
  }
  return false;
}

/** Cost by which what is promising comes first: less is cheaper, ties as they stand. */
export function compareCost(a: Figures, b: Figures): number {
  for (const criterion of CRITERIA) {
    const difference = criterion(a) - criterion(b);
    if (difference !== 0) return difference;
  }
  return 0;
}

function upTo(least: number): number {
  return least * (1 + TOLERANCE);
}
