/** One side of a comparison: a prediction, and its runs where they are at hand. */
import type { ComparedSide } from '../../comparison.ts';
import type { Prediction } from '../../prediction.ts';
import type { RunSummary } from '../run-summary.ts';

export interface Side {
  /** What it is, in the words of whoever asked. */
  readonly label: string;
  readonly prediction: Prediction;
  /** The runs behind the prediction, in its order; null where only the prediction was kept. */
  readonly runs: readonly RunSummary[] | null;
}

export function comparedSide({ label, prediction, runs }: Side): ComparedSide {
  const { scenario, engine } = prediction;
  const measured = runs?.some((run) => run.engine === 'cluster') ?? false;
  return {
    label,
    scenario,
    source: measured ? 'measured' : 'simulated',
    engine: measured ? 'cluster' : engine.mode,
    seed: engine.seed,
    runs: engine.runs,
  };
}

/** Whether the two are one and the same prediction, so that figures which are equal are so for each seed. */
export function areSame(first: Side, second: Side): boolean {
  const [a, b] = [comparedSide(first), comparedSide(second)];
  return (
    a.source === 'simulated' &&
    b.source === 'simulated' &&
    a.scenario.digest === b.scenario.digest &&
    a.seed === b.seed &&
    a.runs === b.runs &&
    first.prediction.engine.version === second.prediction.engine.version
  );
}

/** Runs of one seed on both sides. */
export interface Pair {
  readonly first: RunSummary;
  readonly second: RunSummary;
}

/** null unless every run of each side has its like on the other; a measurement has no like. */
export function pairsOf(first: Side, second: Side): readonly Pair[] | null {
  if (first.runs === null || second.runs === null || first.runs.length !== second.runs.length) return null;
  const pairs: Pair[] = [];
  for (const [index, run] of first.runs.entries()) {
    const other = second.runs[index];
    if (other === undefined || other.seed !== run.seed) return null;
    if (run.engine === 'cluster' || other.engine === 'cluster') return null;
    pairs.push({ first: run, second: other });
  }
  return pairs;
}
