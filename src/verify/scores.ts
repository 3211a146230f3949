/** How good a probabilistic prediction was, once the value is known. An ensemble of runs stands for the distribution. */

/** Share of values outside of a 95 % interval. */
const ALPHA = 0.05;

/**
 * Continuous ranked probability score of an ensemble: mean |X − y| − ½ mean |X − X′| (Gneiting and Raftery, 2007).
 * @param sorted the predicted runs, ascending, not empty
 */
export function crps(sorted: readonly number[], measured: number): number {
  const n = sorted.length;
  let distance = 0;
  let spread = 0;
  for (const [index, value] of sorted.entries()) {
    distance += Math.abs(value - measured);
    spread += (2 * index - n + 1) * value;
  }
  return distance / n - spread / (n * n);
}

/** Width of the interval, and a penalty in proportion to how far outside the value lies. */
export function intervalScore(low: number, high: number, measured: number): number {
  const outside = Math.max(0, low - measured, measured - high);
  return high - low + (2 / ALPHA) * outside;
}

/** 1 − score ÷ reference: positive when better than the reference; null when the reference was exactly right. */
export function skill(score: number, reference: number): number | null {
  return reference === 0 ? null : 1 - score / reference;
}

/**
 * Probability that a further run of the ensemble would be at least as extreme as the value, on either side. Ties
 * count as extreme, so that it errs towards consistency.
 * @param ensemble the predicted runs, in any order
 */
export function rankPValue(ensemble: readonly number[], measured: number): number {
  let below = 1;
  let above = 1;
  for (const value of ensemble) {
    if (value <= measured) below++;
    if (value >= measured) above++;
  }
  return Math.min(1, (2 * Math.min(below, above)) / (ensemble.length + 1));
}

/**
 * Which of several p-values stand at a family-wise error of `level`, whatever depends on what (Holm, 1979).
 * @returns for each, in the order given, whether its hypothesis is rejected
 */
export function holmRejections(pValues: readonly number[], level: number): readonly boolean[] {
  const order = pValues
    .map((_, index) => index)
    .sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const rejected = pValues.map(() => false);
  for (const [rank, index] of order.entries()) {
    if ((pValues[index] as number) > level / (pValues.length - rank)) break;
    rejected[index] = true;
  }
  return rejected;
}

/**
 * How many runs predict when the first of so many figures must be able to fall (Holm, 1979) by a measured value that
 * lies beyond all of them: the smallest p-value that ranks give is 2 ÷ (runs + 1).
 */
export function runsToReject(figures: number, level: number): number {
  return Math.ceil((2 * figures) / level) - 1;
}
