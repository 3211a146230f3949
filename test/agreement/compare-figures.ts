/** All figures of one case, compared over its runs, and how small a shift of each would have been seen. */
import { RandomStreams } from '../../src/kernel/random.ts';
import { column, kindOf, type Figures } from './figures.ts';
import { comparePairs, type Comparison } from './paired-comparison.ts';
import { BORDER_REQUESTS, LATENCY_TOLERANCE, unitsSeen, type AgreementOptions } from './plan.ts';

export interface FigureComparison extends Comparison {
  readonly figure: string;
  /** Relative shift of the mean that these runs see with the power asked for. */
  readonly seen: number;
}

/** The difference that says nothing, in the figure's unit. */
function toleranceOf(figure: string, exact: readonly number[]): number {
  if (figure === 'offered' || figure === 'ok') return BORDER_REQUESTS;
  if (kindOf(figure) !== 'latency') return 0;
  return (LATENCY_TOLERANCE * exact.reduce((sum, value) => sum + value, 0)) / exact.length;
}

/** @param name of the case, which keys the random changes of places */
export function compareFigures(
  name: string,
  exact: readonly Figures[],
  skipped: readonly Figures[],
  options: AgreementOptions,
): readonly FigureComparison[] {
  const random = new RandomStreams(1).stream('permutations', name);
  const units = unitsSeen(exact.length, options);
  const names = [...new Set([...exact, ...skipped].flatMap((figures) => Object.keys(figures)))];
  return names.map((figure) => {
    const values = column(exact, figure);
    const tolerance = toleranceOf(figure, values);
    const comparison = comparePairs(values, column(skipped, figure), tolerance, random);
    const seen = (tolerance + units * comparison.standardError) / Math.abs(comparison.exactMean);
    return Object.assign({ figure, seen }, comparison);
  });
}
