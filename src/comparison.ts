/**
 * Two predictions side by side: the shape of `sim compare --json`; other programs rely on it. Every difference is
 * second − first.
 */
import type { ExpectationResult, Summary } from './prediction.ts';

export const COMPARISON_SCHEMA = 'rollout-sim/comparison/v1';

export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  /** Whether the two have runs with the same seeds, which are compared run by run. */
  readonly paired: boolean;
  readonly figures: readonly ComparedFigure[];
  /** Most costly first. */
  readonly causes: readonly ComparedCause[];
  readonly expectations: readonly ComparedExpectation[];
  /** What to bear in mind when reading the differences, one sentence each. */
  readonly notes: readonly string[];
}

export interface ComparedSide {
  /** What it is, in the words of whoever asked. */
  readonly label: string;
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly source: 'simulated' | 'measured';
  readonly engine: 'exact' | 'skip-ahead' | 'cluster';
  readonly seed: number;
  readonly runs: number;
}

export type FigureUnit = 'requests' | 'milliseconds' | 'pods' | 'cores' | 'bytes' | 'share';

export interface ComparedFigure {
  /** Where it stands in a prediction, such as `requests.failed`. */
  readonly name: string;
  readonly unit: FigureUnit;
  /** null where it has no value: the rollout did not complete in any run. */
  readonly first: Summary | null;
  readonly second: Summary | null;
  /** null where one of the two is missing. */
  readonly difference: Difference | null;
  readonly verdict: Verdict;
}

export interface Difference {
  readonly mean: number;
  /** 95 % interval; null where nothing can be said: one run on each side. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * What the interval is of. `paired`: the mean difference between runs with the same seed. `independent`: the
   * difference of two means (Welch, 1947). `one-run`: a single run against where the other side's next run would lie.
   * `single`: one run on each side.
   */
  readonly method: 'paired' | 'independent' | 'one-run' | 'single';
  /** In how many pairs the second is higher or lower than the first; null without pairs. */
  readonly pairs: { readonly count: number; readonly higher: number; readonly lower: number } | null;
}

/**
 * What the second is against the first: the interval leaves zero out, or the pairs lean one way more than 95 in 100
 * tosses of a coin would. `higher` and `lower`: it differs, and neither is better. `unclear`: it may be chance.
 * `same`: no difference in any run.
 */
export type Verdict = 'better' | 'worse' | 'higher' | 'lower' | 'same' | 'unclear';

export interface ComparedCause {
  readonly rule: string;
  readonly title: string;
  /** null where it does not occur. */
  readonly first: CauseOfSide | null;
  readonly second: CauseOfSide | null;
  readonly difference: Difference;
  readonly verdict: Verdict;
}

export interface CauseOfSide {
  readonly failed: Summary;
  /** Of all failed requests of that side. */
  readonly share: number;
  readonly where: readonly { readonly file: string; readonly line: number }[];
}

export interface ComparedExpectation {
  readonly name: string;
  /** null where that side does not expect it. */
  readonly first: ExpectationResult | null;
  readonly second: ExpectationResult | null;
  /** `same`: met by both or by neither; `unclear`: expected by one side only, or of different targets. */
  readonly verdict: 'better' | 'worse' | 'same' | 'unclear';
}
