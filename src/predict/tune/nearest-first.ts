/** The configurations that come nearest to the expectations, for when none meets them. */
import { mean } from '../statistics.ts';
import { compareCost } from './cheapest.ts';
import { figuresOf, metRuns, type Candidate, type Figures } from './candidate.ts';

/** Below this share of good runs, how many are good is mostly chance, and how bad the others are says more. */
const SHARE_MIN = 0.5;

interface Standing {
  readonly candidate: Candidate;
  readonly figures: Figures;
  /** Of runs that meet the expectations; 0 when fewer than half do. */
  readonly share: number;
  readonly unmet: number;
}

/**
 * Largest share of runs that meet the expectations, then fewest expectations missed, then fewest failed requests, then
 * the shortest rollout, then the cheapest. Those that have not run are left out.
 */
export function nearestFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const standings = candidates.flatMap((candidate): readonly Standing[] => {
    const figures = figuresOf(candidate);
    if (figures === null) return [];
    const share = metRuns(candidate) / candidate.outcomes.length;
    const unmet = mean(candidate.outcomes.map((outcome) => outcome.unmet));
    return [{ candidate, figures, share: share < SHARE_MIN ? 0 : share, unmet: Math.round(unmet) }];
  });
  return standings.toSorted(compare).map(({ candidate }) => candidate);
}

function compare(a: Standing, b: Standing): number {
  return (
    b.share - a.share ||
    a.unmet - b.unmet ||
    a.figures.failed - b.figures.failed ||
    a.figures.durationMs - b.figures.durationMs ||
    compareCost(a.figures, b.figures)
  );
}
