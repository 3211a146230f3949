/** The figures of a run that both engines must give alike: counts, latencies, pods, durations and causes. */
import { FAILURE_CLASSES, type PodFigures, type RunRecord } from '../../src/record.ts';

/** `latency`: read from a histogram, so that differences below its resolution say nothing. */
export type FigureKind = 'count' | 'latency' | 'world';

export type Figures = Readonly<Record<string, number>>;

const NEVER_MS = -1;

/** Every figure of one run by name; a cause that a run does not have is left out, and stands for 0. */
export function figuresOf({ totals, pods, rollout, causes }: RunRecord): Figures {
  const figures: Record<string, number> = {
    offered: totals.offered,
    ok: totals.ok,
    failed: totals.failed,
    'failed, new': totals.failedNewConnections,
    'failed, reused': totals.failedReusedConnections,
    retried: totals.retried,
    'in flight': totals.inFlight,
    ...totals.latencyMs,
    ...extremesOf(pods),
    completeMs: rollout.completeMs ?? NEVER_MS,
    lastOldPodGoneMs: rollout.lastOldPodGoneMs ?? NEVER_MS,
  };
  for (const name of FAILURE_CLASSES) figures[name] = totals.failedByClass[name] ?? 0;
  for (const { rule, failed } of causes) figures[`by ${rule}`] = (figures[`by ${rule}`] ?? 0) + failed;
  return figures;
}

function extremesOf({ peakByNode, ...extremes }: PodFigures): Figures {
  const figures: Record<string, number> = { ...extremes };
  for (const [node, peak] of Object.entries(peakByNode)) figures[`peak on ${node}`] = peak;
  return figures;
}

/** One figure over runs; 0 where a run does not have it. */
export function column(runs: readonly Figures[], figure: string): readonly number[] {
  return runs.map((figures) => figures[figure] ?? 0);
}

export function kindOf(figure: string): FigureKind {
  if (/^p\d+$/u.test(figure)) return 'latency';
  return /Ms$|^(?:peak|min)[A-Z]|^peak on/u.test(figure) ? 'world' : 'count';
}
