/**
 * Runs each case with both engines and compares every figure. The number of runs follows from a first few: enough to see
 * the shift that is asked for in the main figures, unless that costs more than a case may (a count of requests, so that
 * the plan is the same on every machine).
 */
import { RandomStreams, type RandomStream } from '../../src/kernel/random.ts';
import { normalQuantile } from '../../src/kernel/normal.ts';
import { kindOf, type Figures } from './figures.ts';
import { comparePairs, type Comparison } from './paired-comparison.ts';
import type { Pairs, PairsTask } from './pairs-worker.ts';

export interface AgreementOptions {
  readonly firstRuns: number;
  readonly runsMax: number;
  /** Requests that a case may cost with each engine. */
  readonly requestsMax: number;
  /** A relative shift of a mean that is to be seen … */
  readonly shift: number;
  /** … with this probability. */
  readonly power: number;
  /** Probability of any false alarm in all comparisons together. */
  readonly falseAlarm: number;
  /** How many comparisons are expected that can fail, for planning. */
  readonly comparisons: number;
}

export const FULL: AgreementOptions = {
  firstRuns: 24,
  runsMax: 240,
  requestsMax: 30e6,
  shift: 0.05,
  power: 0.9,
  falseAlarm: 0.01,
  comparisons: 1500,
};

/** Relative difference of latencies that says nothing: a bucket of the histogram is so wide (0.8 %). */
const LATENCY_TOLERANCE = 0.008;
/** Figures for which the number of runs is planned, where the mean is large enough to plan for. */
const MAIN = ['failed', 'p50', 'p90', 'p99'];
const PLANNED_FROM = 20;

export interface FigureComparison extends Comparison {
  readonly figure: string;
  /** Relative shift of the mean that these runs see with the power asked for. */
  readonly seen: number;
}

export interface CaseResult {
  readonly name: string;
  readonly runs: number;
  readonly exactShare: number;
  readonly errorBound: number;
  /** Wall time of a run with the exact engine ÷ that with the other. */
  readonly speedup: number;
  readonly figures: readonly FigureComparison[];
}

export type RunPairs = (task: PairsTask) => Promise<Pairs>;

export async function compareCase(
  name: string,
  run: RunPairs,
  options: AgreementOptions,
): Promise<CaseResult> {
  let pairs = await run({ name, fromSeed: 1, count: options.firstRuns });
  const needed = runsNeeded(pairs, options);
  if (needed > options.firstRuns) {
    const more = needed - options.firstRuns;
    pairs = together(pairs, await run({ name, fromSeed: options.firstRuns + 1, count: more }));
  }
  const { exact, skipped } = pairs;
  const random = new RandomStreams(1).stream('permutations', name);
  return {
    name,
    runs: exact.figures.length,
    exactShare: average(skipped.exactShares),
    errorBound: average(skipped.errorBounds),
    speedup: exact.wallMs / skipped.wallMs,
    figures: compareFigures(exact.figures, skipped.figures, random, options),
  };
}

/** Units of standard error that a shift must have to be seen. */
function unitsSeen({ falseAlarm, comparisons, power }: AgreementOptions): number {
  return normalQuantile(1 - falseAlarm / (2 * comparisons)) + normalQuantile(power);
}

function compareFigures(
  exact: readonly Figures[],
  skipped: readonly Figures[],
  random: RandomStream,
  options: AgreementOptions,
): readonly FigureComparison[] {
  const names = [...new Set([...exact, ...skipped].flatMap((figures) => Object.keys(figures)))];
  return names.map((figure) => {
    const tolerance = kindOf(figure) === 'latency' ? LATENCY_TOLERANCE : 0;
    const comparison = comparePairs(column(exact, figure), column(skipped, figure), tolerance, random);
    const seen = tolerance + (unitsSeen(options) * comparison.standardError) / Math.abs(comparison.exactMean);
    return Object.assign({ figure, seen }, comparison);
  });
}

function runsNeeded({ exact, skipped }: Pairs, options: AgreementOptions): number {
  const requests = average(column(exact.figures, 'offered'));
  const most = Math.max(
    options.firstRuns,
    Math.min(options.runsMax, Math.floor(options.requestsMax / requests)),
  );
  let needed = options.firstRuns;
  for (const figure of MAIN) {
    const values = column(exact.figures, figure);
    const mean = average(values);
    if (mean < (kindOf(figure) === 'latency' ? 0 : PLANNED_FROM)) continue;
    const others = column(skipped.figures, figure);
    const differences = values.map((value, index) => (others[index] as number) - value);
    const centre = average(differences);
    const variance =
      differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (differences.length - 1);
    needed = Math.max(needed, variance * (unitsSeen(options) / (options.shift * mean)) ** 2);
  }
  return Math.min(most, Math.ceil(needed));
}

function column(runs: readonly Figures[], figure: string): readonly number[] {
  return runs.map((figures) => figures[figure] ?? 0);
}

function together(first: Pairs, second: Pairs): Pairs {
  const join = (engine: keyof Pairs): Pairs['exact'] => ({
    figures: [...first[engine].figures, ...second[engine].figures],
    wallMs: first[engine].wallMs + second[engine].wallMs,
    exactShares: [...first[engine].exactShares, ...second[engine].exactShares],
    errorBounds: [...first[engine].errorBounds, ...second[engine].errorBounds],
  });
  return { exact: join('exact'), skipped: join('skipped') };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Alarm {
  readonly name: string;
  readonly figure: string;
  readonly test: 'mean' | 'distribution';
  readonly p: number;
  readonly comparison: FigureComparison;
}

/** The comparisons that say that the engines differ, with the probability of any false one bounded (Holm, 1979). */
export function alarmsOf(
  results: readonly CaseResult[],
  falseAlarm: number,
): { readonly comparisons: number; readonly alarms: readonly Alarm[] } {
  const all = results.flatMap(({ name, figures }) =>
    // Where no pair differs, nothing could have been found whatever the places: no comparison was made.
    figures
      .filter(({ standardError, difference }) => standardError > 0 || difference !== 0)
      .flatMap((comparison): Alarm[] => [
        { name, figure: comparison.figure, test: 'mean', p: comparison.pMean, comparison },
        { name, figure: comparison.figure, test: 'distribution', p: comparison.pDistribution, comparison },
      ]),
  );
  const ordered = all.toSorted((a, b) => a.p - b.p);
  const held = ordered.findIndex(({ p }, index) => p > falseAlarm / (ordered.length - index));
  return { comparisons: all.length, alarms: held < 0 ? ordered : ordered.slice(0, held) };
}
