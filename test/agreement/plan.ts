/**
 * How many runs a case needs: enough to see the shift that is asked for in each of its main figures for which a case's
 * limits suffice (a count of requests, so that the plan is the same on every machine). A figure that would need more is
 * not run for: half of what it needs shows little. The plan looks only at what stays the same when the engines of any
 * pair change places, so that it cannot stop where chance happens to please: the tests afterwards keep their level.
 */
import { column, kindOf, type Figures } from './figures.ts';
import { studentQuantile } from './student.ts';

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

/** 24 pairs are the fewest whose changes of places can show a p-value as small as is needed: 2 ÷ 2²⁴ is 1.2e-7. */
export const FULL: AgreementOptions = {
  firstRuns: 24,
  runsMax: 400,
  requestsMax: 40e6,
  shift: 0.05,
  power: 0.9,
  falseAlarm: 0.01,
  comparisons: 1500,
};

/** Figures for which the number of runs is planned, where the mean is large enough to plan for. */
const MAIN_FIGURES = ['failed', 'p50', 'p90', 'p99'] as const;
const PLANNED_FROM = 20;
/** No estimate is trusted for more than so many times the runs that it was made from. */
const GROWTH_MAX = 4;

/** Relative difference of latencies that says nothing: a bucket of the histogram is so wide (0.8 %). */
export const LATENCY_TOLERANCE = 0.008;
/** Constant arrivals may fall on either side of the borders of the time that is counted, by rounding. */
export const BORDER_REQUESTS = 2;

/** Whether a figure is one to plan for: counts of a few are all noise. */
export function isPlanned(figure: string, mean: number): boolean {
  if (!(MAIN_FIGURES as readonly string[]).includes(figure)) return false;
  return mean >= (kindOf(figure) === 'latency' ? 1e-9 : PLANNED_FROM);
}

/** Standard errors that a shift must have to be seen in so many runs, against the strictest place of Holm's procedure. */
export function unitsSeen(runs: number, { falseAlarm, comparisons, power }: AgreementOptions): number {
  const degrees = runs - 1;
  return studentQuantile(degrees, 1 - falseAlarm / (2 * comparisons)) + studentQuantile(degrees, power);
}

/** Runs to have in all, given those that there are: no more than there are when nothing more is needed, or allowed. */
export function runsNeeded(
  exact: readonly Figures[],
  skipped: readonly Figures[],
  options: AgreementOptions,
): number {
  const runs = exact.length;
  const requests = average([...column(exact, 'offered'), ...column(skipped, 'offered')]);
  const most = Math.min(options.runsMax, Math.floor(options.requestsMax / requests));
  let needed = runs;
  for (const figure of MAIN_FIGURES) {
    const values = column(exact, figure);
    const others = column(skipped, figure);
    const mean = average([...values, ...others]);
    if (!isPlanned(figure, mean)) continue;
    const square = average(values.map((value, index) => ((others[index] as number) - value) ** 2));
    const seen = (options.shift - (kindOf(figure) === 'latency' ? LATENCY_TOLERANCE : 0)) * mean;
    const wanted = runsToSee(square / (seen * seen), runs, options);
    if (wanted <= most) needed = Math.max(needed, wanted);
  }
  return Math.min(GROWTH_MAX * runs, needed);
}

/** More runs bring the quantiles of t nearer to those of the normal distribution, so that fewer of them are needed. */
function runsToSee(relativeSquare: number, runs: number, options: AgreementOptions): number {
  let wanted = runs;
  for (let i = 0; i < 20; i++) wanted = Math.max(runs, relativeSquare * unitsSeen(wanted, options) ** 2);
  return Math.ceil(wanted);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
