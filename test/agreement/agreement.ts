/** Runs a case with both engines until its plan is met and compares every figure; says what the comparisons together show. */
import type { FigureComparison } from './compare-figures.ts';
import type { KnownDeviation } from './known-deviations.ts';
import { runsNeeded, type AgreementOptions } from './plan.ts';
import type { CompareTask, Pairs, PairsTask } from './pairs-worker.ts';

export interface CaseResult {
  readonly name: string;
  readonly runs: number;
  readonly exactShare: number;
  readonly errorBound: number;
  /** Wall time of a run with the exact engine ÷ that with the other, on one thread. */
  readonly speedup: number;
  readonly figures: readonly FigureComparison[];
}

export interface Workers {
  readonly run: (task: PairsTask) => Promise<Pairs>;
  readonly compare: (task: CompareTask) => Promise<readonly FigureComparison[]>;
}

/** Runs of one task: small enough that threads share even the last case. */
const RUNS_A_TASK = 24;

export async function compareCase(
  name: string,
  workers: Workers,
  options: AgreementOptions,
): Promise<CaseResult> {
  let pairs = await workers.run({ name, fromSeed: 1, count: options.firstRuns });
  for (;;) {
    const done = pairs.exact.figures.length;
    const needed = runsNeeded(pairs.exact.figures, pairs.skipped.figures, options);
    if (needed <= done) break;
    const tasks: PairsTask[] = [];
    for (let seed = done + 1; seed <= needed; seed += RUNS_A_TASK) {
      tasks.push({ name, fromSeed: seed, count: Math.min(RUNS_A_TASK, needed + 1 - seed) });
    }
    const more = await Promise.all(tasks.map((task) => workers.run(task)));
    pairs = more.reduce(together, pairs);
  }
  const { exact, skipped } = pairs;
  return {
    name,
    runs: exact.figures.length,
    exactShare: average(skipped.exactShares),
    errorBound: average(skipped.errorBounds),
    speedup: exact.wallMs / skipped.wallMs,
    figures: await workers.compare({ name, exact: exact.figures, skipped: skipped.figures, options }),
  };
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
  /** The deviation that is known and covers it; null: it is news. */
  readonly known: KnownDeviation | null;
}

/** The comparisons that say that the engines differ, with the probability of any false one bounded (Holm, 1979). */
export function alarmsOf(
  results: readonly CaseResult[],
  falseAlarm: number,
  deviations: readonly KnownDeviation[],
): { readonly comparisons: number; readonly alarms: readonly Alarm[] } {
  const all = results.flatMap(({ name, figures }) =>
    // Where no pair differs, nothing could have been found whatever the places: no comparison was made.
    figures
      .filter(({ standardError, difference }) => standardError > 0 || difference !== 0)
      .flatMap((comparison): Alarm[] => {
        const { figure, pMean, pDistribution } = comparison;
        const known = deviations.find((deviation) => covers(deviation, name, comparison)) ?? null;
        return [
          { name, figure, test: 'mean', p: pMean, comparison, known },
          { name, figure, test: 'distribution', p: pDistribution, comparison, known },
        ];
      }),
  );
  const ordered = all.toSorted((a, b) => a.p - b.p);
  const held = ordered.findIndex(({ p }, index) => p > falseAlarm / (ordered.length - index));
  return { comparisons: all.length, alarms: held < 0 ? ordered : ordered.slice(0, held) };
}

function covers(deviation: KnownDeviation, name: string, comparison: FigureComparison): boolean {
  const { difference, exactMean, figure } = comparison;
  return (
    deviation.name === name &&
    deviation.figures.includes(figure) &&
    Math.abs(difference) <= deviation.bound * Math.abs(exactMean)
  );
}
