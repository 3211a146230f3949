/** How much of what a screen shows was followed request by request, and how far off the rest can be. */
import type { RunSummary } from '../../predict/run-summary.ts';
import type { Accuracy } from '../../record.ts';
import { followedShort, followedText } from '../../report/engine-line.ts';

/** `13 % of requests followed (error below 0.1 requests)`; null before the first run has ended. */
export function accuracyText(runs: readonly RunSummary[]): string | null {
  const accuracy = meanAccuracy(runs);
  return accuracy === null ? null : followedText(accuracy);
}

/** The same in fewer words, of the side that was followed less closely: a comparison is no better than that. */
export function worstAccuracyText(...sides: readonly (readonly RunSummary[])[]): string | null {
  const known = sides.map(meanAccuracy).filter((side) => side !== null);
  if (known.length === 0) return null;
  return followedShort({
    exactShare: Math.min(...known.map(({ exactShare }) => exactShare)),
    errorBound: Math.max(...known.map(({ errorBound }) => errorBound)),
  });
}

function meanAccuracy(runs: readonly RunSummary[]): Accuracy | null {
  if (runs.length === 0) return null;
  const mean = (valueOf: (accuracy: Accuracy) => number): number =>
    runs.reduce((sum, { accuracy }) => sum + valueOf(accuracy), 0) / runs.length;
  return {
    exactShare: mean(({ exactShare }) => exactShare),
    errorBound: mean(({ errorBound }) => errorBound),
  };
}
