/**
 * Which boxes may hide something cheaper than what is known. Where feasibility and cost grow along each field, that is
 * exactly those with corners on both sides of the edge and a corner that is cheap enough; elsewhere it is a good guess,
 * and the neighbourhood of the best is looked at as well.
 */
import { compareCost, clearlyDearer } from './cheapest.ts';
import type { CandidatePool } from './candidate-pool.ts';
import { figuresOf, verdictOf, type Candidate, type Figures } from './candidate.ts';
import { nearestFirst } from './nearest-first.ts';
import { cornersOf, splitBox, type Box } from './space.ts';

/** Cheapest first, then in the order in which they stand. */
export function boxesWorthSplitting(boxes: readonly Box[], pool: CandidatePool): readonly Box[] {
  const incumbent = pool.cheapestLeft();
  const centre = incumbent ?? nearestFirst(pool.all())[0] ?? null;
  const bound = incumbent === null ? null : figuresOf(incumbent);
  const promising = boxes.flatMap((box) => {
    if (splitBox(box) === null) return [];
    const corners = cornersOf(box).flatMap((point) => pool.at(point) ?? []);
    const least = leastCost(corners);
    if (least === null) return [];
    if (bound !== null && clearlyDearer(least, bound)) return [];
    const near = centre !== null && corners.some(({ key }) => key === centre.key);
    return near || isMixed(corners) ? [{ box, least }] : [];
  });
  return promising.toSorted((a, b) => compareCost(a.least, b.least)).map(({ box }) => box);
}

/** Some corners miss and some may not: the edge goes through. */
function isMixed(corners: readonly Candidate[]): boolean {
  const missing = corners.filter((corner) => verdictOf(corner) === 'misses').length;
  return missing > 0 && missing < corners.length;
}

/** Figures of the cheapest corner; null when none has run. */
function leastCost(corners: readonly Candidate[]): Figures | null {
  const figures = corners.flatMap((corner) => figuresOf(corner) ?? []);
  return figures.toSorted(compareCost)[0] ?? null;
}
