/** The figures that a prediction shows, and how far a change moves each of them. */
import type { Difference } from '../comparison.ts';
import { differenceOfPairs, verdictOf, type Direction } from '../predict/compare/difference.ts';
import type { RunSummary } from '../predict/run-summary.ts';
import { summarize } from '../predict/statistics.ts';
import type { Summary } from '../prediction.ts';
import { formatCount, formatMs, formatShare } from '../report/numbers.ts';

export interface FigureKind {
  readonly name: string;
  /** null where the run has no such figure. */
  readonly valueOf: (run: RunSummary) => number | null;
  /** What is said where no run has it; `never` when not given. */
  readonly otherwise?: string;
  readonly format: (value: number) => string;
  readonly better: Direction;
}

const GIB = 2 ** 30;

export const FIGURES: readonly FigureKind[] = [
  { name: 'Failed', valueOf: ({ totals }) => totals.failed, format: formatCount, better: 'less' },
  {
    name: 'No failure',
    valueOf: ({ totals }) => (totals.failed === 0 ? 1 : 0),
    format: formatShare,
    better: 'more',
  },
  {
    name: 'Complete',
    valueOf: ({ rollout }) => rollout.completeMs,
    format: formatMs,
    better: 'less',
  },
  {
    name: 'Old pods gone',
    valueOf: ({ rollout }) => rollout.lastOldPodGoneMs,
    format: formatMs,
    better: 'less',
  },
  {
    name: 'Most pods',
    valueOf: ({ pods }) => pods.peakDesired,
    format: formatCount,
    better: 'neither',
  },
  {
    name: ' + terminating',
    valueOf: ({ pods }) => pods.peakWithTerminating,
    format: formatCount,
    better: 'neither',
  },
  { name: 'Fewest ready', valueOf: ({ pods }) => pods.minReady, format: formatCount, better: 'more' },
  { name: 'Fewest serving', valueOf: ({ pods }) => pods.minServing, format: formatCount, better: 'more' },
  {
    name: 'Latency p50',
    valueOf: ({ totals }) => totals.latencyMs.p50 || null,
    otherwise: 'none',
    format: formatMs,
    better: 'less',
  },
  {
    name: 'Latency p99',
    valueOf: ({ totals }) => totals.latencyMs.p99 || null,
    otherwise: 'none',
    format: formatMs,
    better: 'less',
  },
  {
    name: 'CPU requested',
    valueOf: ({ pods }) => pods.peakCpuRequestedMilli / 1000,
    format: (cores) => `${formatCount(cores)} cores`,
    better: 'less',
  },
  {
    name: 'Memory',
    valueOf: ({ pods }) => pods.peakMemoryRequestedBytes / GIB,
    format: (gib) => `${formatCount(gib)} GiB`,
    better: 'less',
  },
];

export interface Figure {
  readonly kind: FigureKind;
  /** null where no run has it. */
  readonly before: Summary | null;
  readonly after: Summary | null;
  /** Over the seeds that both sides have run; null when there is none. */
  readonly difference: Difference | null;
}

/** Runs by the position of their seed; those that have not ended are missing. */
export type Runs = readonly (RunSummary | undefined)[];

export function figuresOf(before: Runs, after: Runs | null): readonly Figure[] {
  return FIGURES.map((kind) => ({
    kind,
    before: summaryOf(kind, before),
    after: after === null ? null : summaryOf(kind, after),
    difference: after === null ? null : differenceOf(kind, before, after),
  }));
}

export function summaryOf({ valueOf }: FigureKind, runs: Runs): Summary | null {
  const values = runs.flatMap((run) => (run === undefined ? [] : (valueOf(run) ?? [])));
  return values.length === 0 ? null : summarize(values);
}

function differenceOf({ valueOf }: FigureKind, before: Runs, after: Runs): Difference | null {
  const pairs = before.flatMap((run, index) => {
    const other = after[index];
    const [from, to] = [run && valueOf(run), other && valueOf(other)];
    return from == null || to == null ? [] : [{ from, to }];
  });
  if (pairs.length === 0) return null;
  return differenceOfPairs(
    pairs.map(({ from }) => from),
    pairs.map(({ to }) => to),
  );
}

/** Whether the change is for the better, when its pairs leave no doubt. */
export function judgement({ kind, difference }: Figure): 'good' | 'bad' | 'plain' {
  const verdict = difference?.method === 'single' ? 'unclear' : verdictOf(difference, kind.better);
  if (verdict === 'better') return 'good';
  return verdict === 'worse' ? 'bad' : 'plain';
}

export function endedRuns(runs: Runs): readonly RunSummary[] {
  return runs.filter((run): run is RunSummary => run !== undefined);
}
