/** Two predictions → a comparison: every figure, cause and expectation of the two side by side. Nothing is simulated. */
import {
  COMPARISON_SCHEMA,
  type ComparedExpectation,
  type ComparedFigure,
  type Comparison,
} from '../../comparison.ts';
import type { ExpectationResult, Summary } from '../../prediction.ts';
import type { RunSummary } from '../run-summary.ts';
import { compareCauses } from './compare-causes.ts';
import {
  differenceOfPairs,
  differenceOfSamples,
  equalSummaries,
  NO_DIFFERENCE,
  verdictOf,
} from './difference.ts';
import { figuresOf, type Figure } from './figures.ts';
import { areSame, comparedSide, pairsOf, type Pair, type Side } from './side.ts';

/** @param notes sentences of the caller's own, put before those that the sides give rise to */
export function compareSides(first: Side, second: Side, notes: readonly string[] = []): Comparison {
  const pairs = pairsOf(first, second);
  const figures = figuresOf([first.prediction, second.prediction]);
  return {
    schema: COMPARISON_SCHEMA,
    first: comparedSide(first),
    second: comparedSide(second),
    paired: pairs !== null,
    figures: figures.map((figure) => comparedFigure(figure, first, second, pairs)),
    causes: compareCauses(first, second),
    expectations: compareExpectations(first.prediction.expectations, second.prediction.expectations),
    notes: [...notes, ...notesOn(first, second, pairs)],
  };
}

function comparedFigure(
  figure: Figure,
  first: Side,
  second: Side,
  pairs: readonly Pair[] | null,
): ComparedFigure {
  const [a, b] = [figure.ofPrediction(first.prediction), figure.ofPrediction(second.prediction)];
  const difference = a === null || b === null ? null : differenceOf(figure, [first, a], [second, b], pairs);
  const { name, unit, better } = figure;
  return { name, unit, first: a, second: b, difference, verdict: verdictOf(difference, better) };
}

function differenceOf(
  { ofRun }: Figure,
  [first, a]: readonly [Side, Summary],
  [second, b]: readonly [Side, Summary],
  pairs: readonly Pair[] | null,
): ComparedFigure['difference'] {
  if (pairs === null) {
    if (areSame(first, second) && equalSummaries(a, b)) return NO_DIFFERENCE;
    return differenceOfSamples(
      { summary: a, runs: runsWith(ofRun, first) },
      { summary: b, runs: runsWith(ofRun, second) },
    );
  }
  const both = pairs.flatMap((pair) => {
    const [left, right] = [ofRun(pair.first), ofRun(pair.second)];
    return left === null || right === null ? [] : [{ left, right }];
  });
  if (both.length === 0) return null;
  return differenceOfPairs(
    both.map(({ left }) => left),
    both.map(({ right }) => right),
  );
}

/** How many runs the summary of a figure is of. */
function runsWith(ofRun: (run: RunSummary) => number | null, { prediction, runs }: Side): number {
  return runs?.filter((run) => ofRun(run) !== null).length ?? prediction.engine.runs;
}

function compareExpectations(
  first: readonly ExpectationResult[],
  second: readonly ExpectationResult[],
): readonly ComparedExpectation[] {
  const names = new Set([...first, ...second].map(({ name }) => name));
  return [...names].map((name) => {
    const a = first.find((expectation) => expectation.name === name) ?? null;
    const b = second.find((expectation) => expectation.name === name) ?? null;
    return { name, first: a, second: b, verdict: expectationVerdict(a, b) };
  });
}

function expectationVerdict(
  a: ExpectationResult | null,
  b: ExpectationResult | null,
): ComparedExpectation['verdict'] {
  if (a === null || b === null || a.target !== b.target) return 'unclear';
  if (a.met === b.met) return 'same';
  return b.met ? 'better' : 'worse';
}

function notesOn(first: Side, second: Side, pairs: readonly Pair[] | null): readonly string[] {
  const [a, b] = [comparedSide(first), comparedSide(second)];
  const notes: string[] = [];
  if (a.runs === 1 && b.runs === 1) {
    notes.push('One run on each side: a difference can be chance, and has no interval.');
  } else if (pairs === null && areSame(first, second)) {
    notes.push('Both sides are the same scenario, seed and runs.');
  } else if (pairs === null) {
    const unpaired =
      first.runs === null || second.runs === null
        ? 'Of one side only the summary is at hand, so runs are not paired'
        : 'The sides do not share their seeds';
    notes.push(`${unpaired}: intervals of differences are wider than between paired runs.`);
  }
  if (a.source !== b.source) notes.push('One side was simulated, the other measured.');
  else if (a.engine !== b.engine) notes.push(`The engines differ: ${a.engine} and ${b.engine}.`);
  const [left, right] = [first.prediction.engine.version, second.prediction.engine.version];
  if (left !== right && left !== '' && right !== '')
    notes.push(`The versions of the program differ: ${left} and ${right}.`);
  return notes;
}
