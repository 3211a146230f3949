/** What a worker thread does: runs of one scenario with both engines, seed by seed, and the comparison of such runs. */
import { simulate } from '../../src/model/simulate.ts';
import type { EngineChoice } from '../../src/model/data-plane.ts';
import { scenarioOf } from './cases.ts';
import { compareFigures, type FigureComparison } from './compare-figures.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { AgreementOptions } from './plan.ts';

export interface PairsTask {
  readonly name: string;
  readonly fromSeed: number;
  readonly count: number;
}

export interface EngineRuns {
  readonly figures: readonly Figures[];
  readonly wallMs: number;
  readonly exactShares: readonly number[];
  readonly errorBounds: readonly number[];
}

export interface Pairs {
  readonly exact: EngineRuns;
  readonly skipped: EngineRuns;
}

export interface CompareTask {
  readonly name: string;
  readonly exact: readonly Figures[];
  readonly skipped: readonly Figures[];
  readonly options: AgreementOptions;
}

export function runPairs({ name, fromSeed, count }: PairsTask): Pairs {
  const scenario = scenarioOf(name);
  const runsOf = (engine: EngineChoice): EngineRuns => {
    const figures: Figures[] = [];
    const exactShares: number[] = [];
    const errorBounds: number[] = [];
    const startMs = performance.now();
    for (let seed = fromSeed; seed < fromSeed + count; seed++) {
      const record = simulate(scenario, { seed, engine, detail: 'summary' });
      figures.push(figuresOf(record));
      exactShares.push(record.accuracy?.exactShare ?? 1);
      errorBounds.push(record.accuracy?.errorBound ?? 0);
    }
    return { figures, wallMs: performance.now() - startMs, exactShares, errorBounds };
  };
  return { exact: runsOf('exact'), skipped: runsOf('skip-ahead') };
}

export function compare({ name, exact, skipped, options }: CompareTask): readonly FigureComparison[] {
  return compareFigures(name, exact, skipped, options);
}
