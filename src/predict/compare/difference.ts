/** The difference between two samples of one figure, with the interval that fits how they were made. */
import type { Difference, Verdict } from '../../comparison.ts';
import type { Summary } from '../../prediction.ts';
import { pairedDifference } from '../paired.ts';
import { studentQuantile975 } from '../statistics.ts';
import { signTest } from './sign-test.ts';

/** Which way is good, for figures of which one can say so. */
export type Direction = 'less' | 'more' | 'neither';

/** Runs with the same seeds. @param first one value for each seed, in the same order as `second` */
export function differenceOfPairs(first: readonly number[], second: readonly number[]): Difference {
  const { mean, low, high, pairs: count } = pairedDifference(first, second);
  const of = (leans: (change: number) => boolean): number =>
    second.filter((value, index) => leans(value - (first[index] as number))).length;
  const pairs = { count, higher: of((change) => change > 0), lower: of((change) => change < 0) };
  if (count === 1) return { mean, low: null, high: null, method: 'single', pairs };
  return { mean, low, high, method: 'paired', pairs };
}

/** Of equal figures of the same runs, whose single values are not at hand. */
export const NO_DIFFERENCE: Difference = { mean: 0, low: 0, high: 0, method: 'paired', pairs: null };

export function equalSummaries(a: Summary, b: Summary): boolean {
  return a.mean === b.mean && a.sd === b.sd && a.min === b.min && a.max === b.max;
}

export interface Sample {
  readonly summary: Summary;
  /** Runs that the summary is of. */
  readonly runs: number;
}

/** Runs that have nothing to do with each other. */
export function differenceOfSamples(first: Sample, second: Sample): Difference {
  const mean = second.summary.mean - first.summary.mean;
  if (first.runs === 1 && second.runs === 1)
    return { mean, low: null, high: null, method: 'single', pairs: null };
  if (first.runs === 1 || second.runs === 1) {
    const [a, b] = [first.summary, second.summary];
    // A single run's own bounds are its value, so this is where the difference to one further run would lie.
    return { mean, low: b.p2_5 - a.p97_5, high: b.p97_5 - a.p2_5, method: 'one-run', pairs: null };
  }
  const half = welchHalfWidth(first, second);
  return { mean, low: mean - half, high: mean + half, method: 'independent', pairs: null };
}

/** Welch's interval with his approximate degrees of freedom, rounded down to be on the wide side. */
function welchHalfWidth(first: Sample, second: Sample): number {
  const [a, b] = [first, second].map(({ summary: { sd }, runs }) => (sd * sd) / runs) as [number, number];
  if (a + b === 0) return 0;
  const degrees = ((a + b) * (a + b)) / ((a * a) / (first.runs - 1) + (b * b) / (second.runs - 1));
  return studentQuantile975(Math.max(1, Math.floor(degrees))) * Math.sqrt(a + b);
}

const CHANCE_MAX = 0.05;

/** @returns `unclear` unless the interval leaves zero out or the pairs lean one way; of two single runs, what they show */
export function verdictOf(difference: Difference | null, direction: Direction): Verdict {
  if (difference === null) return 'unclear';
  const { mean, low, high } = difference;
  if (mean === 0 && (low ?? 0) === 0 && (high ?? 0) === 0) return 'same';
  const way = wayOf(difference);
  if (way === 0) return 'unclear';
  if (direction === 'neither') return way > 0 ? 'higher' : 'lower';
  return way > 0 === (direction === 'more') ? 'better' : 'worse';
}

/** Negative, positive, or 0 where interval and pairs leave it open or contradict each other. */
function wayOf({ mean, low, high, pairs }: Difference): number {
  const byInterval = (low ?? mean) > 0 || (high ?? mean) < 0 ? Math.sign(mean) : 0;
  if (pairs === null || signTest(pairs.lower, pairs.higher) > CHANCE_MAX) return byInterval;
  const byPairs = Math.sign(pairs.higher - pairs.lower);
  return byInterval === -byPairs ? 0 : byPairs;
}
