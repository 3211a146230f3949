/** The configuration that comes nearest to the expectations, for when none meets them. */
import { compareCost } from './cheapest.ts';
import { figuresOf, metRuns, type Candidate } from './candidate.ts';

/** Largest share of runs that meet the expectations, then fewest failed requests, then cheapest; null when none has run. */
export function nearestToMeeting(candidates: readonly Candidate[]): Candidate | null {
  const [best] = candidates
    .flatMap((candidate) => {
      const figures = figuresOf(candidate);
      if (figures === null) return [];
      return [{ candidate, figures, share: metRuns(candidate) / candidate.outcomes.length }];
    })
    .toSorted(
      (a, b) => b.share - a.share || a.figures.failed - b.figures.failed || compareCost(a.figures, b.figures),
    );
  return best?.candidate ?? null;
}
