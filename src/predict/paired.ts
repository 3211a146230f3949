/** Differences between two settings that were run with the same seeds: much narrower than the figures themselves. */
import { mean, standardDeviation, studentQuantile975 } from './statistics.ts';

export interface PairedDifference {
  /** Mean of (changed − baseline) over the pairs. */
  readonly mean: number;
  /** 95 % confidence interval of that mean. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/**
 * @param baseline one value for each seed
 * @param changed the values of the other setting, in the same order of seeds
 * @throws RangeError when the lists are empty or of unequal length
 */
export function pairedDifference(baseline: readonly number[], changed: readonly number[]): PairedDifference {
  if (baseline.length !== changed.length || baseline.length === 0) {
    throw new RangeError(`${baseline.length} and ${changed.length} values make no pairs`);
  }
  const differences = changed.map((value, index) => value - (baseline[index] as number));
  const centre = mean(differences);
  const pairs = differences.length;
  if (pairs === 1)
    return { mean: centre, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, pairs };
  const half = (studentQuantile975(pairs - 1) * standardDeviation(differences)) / Math.sqrt(pairs);
  return { mean: centre, low: centre - half, high: centre + half, pairs };
}
