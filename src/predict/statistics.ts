/**
 * Figures over runs: moments, quantiles, and an interval in which the next single run will lie. Every figure that a
 * prediction summarises (counts, times, sizes) is non-negative, and the interval relies on it.
 */
import type { Summary } from '../prediction.ts';

/**
 * t with P(T ≤ t) = 0.975 for 1, 2, 3 … degrees of freedom. Only as many as there are runs for which the empirical
 * tail says nothing: from `EMPIRICAL_RUNS_MIN` runs on, the interval needs no law.
 */
const T_975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555,
  2.0518, 2.0484, 2.0452, 2.0423, 2.0395, 2.0369, 2.0345, 2.0322, 2.0301, 2.0281, 2.0262,
];

/** The next of n + 1 exchangeable runs is the smallest with probability 1 ÷ (n + 1): 39 runs reach 2.5 % on each side. */
const EMPIRICAL_RUNS_MIN = 39;

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no mean of no values');
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample standard deviation (divisor n − 1); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  if (values.length === 1) return 0;
  let squares = 0;
  for (const value of values) squares += (value - centre) * (value - centre);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 * @param sorted ascending, not empty
 * @param p in [0, 1]
 */
export function quantile(sorted: readonly number[], p: number): number {
  return orderStatistic(sorted, p * (sorted.length - 1));
}

/** The order statistic at a fractional position that counts from 0, clamped to the extremes. */
function orderStatistic(sorted: readonly number[], position: number): number {
  if (sorted.length === 0) throw new RangeError('no quantile of no values');
  const clamped = Math.min(Math.max(position, 0), sorted.length - 1);
  const index = Math.floor(clamped);
  const below = sorted[index] as number;
  const above = sorted[Math.min(index + 1, sorted.length - 1)] as number;
  return below + (above - below) * (clamped - index);
}

/**
 * t with P(T ≤ t) = 0.975. Beyond the table: Cornish and Fisher's expansion of 1937 around the normal quantile, whose
 * error there is below 1e-4.
 * @param degrees of freedom, from 1 on
 */
export function studentQuantile975(degrees: number): number {
  const tabled = T_975[degrees - 1];
  if (tabled !== undefined) return tabled;
  const z = 1.959_963_985;
  return z + (z * z * z + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}

/**
 * Bounds between which the next run's figure lies with probability 0.95.
 *
 * From 39 runs on they are the order statistics at rank 0.025·(n + 1) and its mirror: exact for any continuous law,
 * since the next run is equally likely to fall into each gap between those that were seen. Fewer runs cannot show the
 * tail (20 cover 90 % between their extremes), so the bounds are then those of the t distribution for a further
 * observation, taken over square roots, which both a Poisson count and a figure with a relative error of some tens of
 * percent resemble a normal closely enough; and never narrower than what was seen.
 * Bounds of whole-number figures are whole: no count lies between two of them.
 *
 * One run says nothing about spread: both bounds are its own value.
 */
export function predictionInterval(sorted: readonly number[]): readonly [lower: number, upper: number] {
  const n = sorted.length;
  const smallest = sorted[0];
  const largest = sorted.at(-1);
  if (smallest === undefined || largest === undefined) throw new RangeError('no interval from no values');
  if (smallest < 0) throw new RangeError(`a figure of a run is never negative: ${smallest}`);
  if (smallest === largest) return [smallest, largest];
  if (n >= EMPIRICAL_RUNS_MIN) {
    const rank = 0.025 * (n + 1);
    return [orderStatistic(sorted, rank - 1), orderStatistic(sorted, n - rank)];
  }
  const roots = sorted.map((value) => Math.sqrt(value));
  const t = studentQuantile975(n - 1);
  const centre = mean(roots);
  const reach = t * standardDeviation(roots) * Math.sqrt(1 + 1 / n);
  const low = Math.max(0, centre - reach);
  const high = centre + reach;
  const whole = sorted.every((value) => Number.isInteger(value));
  const lower = whole ? Math.ceil(low * low) : low * low;
  const upper = whole ? Math.floor(high * high) : high * high;
  return [Math.min(smallest, lower), Math.max(largest, upper)];
}

/**
 * @param values one per run, in any order, not empty, none negative
 * @param most what the figure cannot exceed, such as the requests of a run for those that failed
 */
export function summarize(values: readonly number[], most: number = Number.POSITIVE_INFINITY): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, widest] = predictionInterval(sorted);
  const upper = Math.min(widest, most);
  return {
    mean: mean(values),
    sd: standardDeviation(values),
    p2_5: lower,
    p25: quantile(sorted, 0.25),
    p50: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    p97_5: upper,
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
  };
}
