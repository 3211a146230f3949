/**
 * One run as a picture over time: series, the life of every pod and what each node's proxy sends to. Reduced from a
 * run record, which is too large to hand from thread to thread.
 */
import {
  POD_PHASES,
  type PodPhaseName,
  type RunRecord,
  type TimelineEvent,
  type TimelineEventKind,
} from '../record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SettledPod } from '../model/simulate.ts';
import { podViews, type PodView, type Step } from './pod-view.ts';

export interface RunView {
  readonly seed: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Width of a bin; bin i covers [startMs + i·binMs, startMs + (i+1)·binMs). */
  readonly binMs: number;
  readonly offered: readonly number[];
  readonly failed: readonly number[];
  /** Fewest in the bin. */
  readonly readyEndpoints: readonly number[];
  readonly servingPods: readonly number[];
  /** As they are at the bin's end. */
  readonly podsByPhase: Readonly<Record<PodPhaseName, readonly number[]>>;
  /** In the order in which they appear. */
  readonly pods: readonly PodView[];
  /** Every node of the cluster, in the scenario's order. */
  readonly nodes: readonly NodeView[];
  readonly markers: readonly Marker[];
  /** Pods that the offered rate keeps busy, bin by bin; null where the scenario does not say what a pod can take. */
  readonly demandPods: readonly number[] | null;
}

export interface NodeView {
  readonly name: string;
  /** Whether it is cut off or without power. */
  readonly down: readonly Step<boolean>[];
}

/** Something that happened to the whole rollout. */
export interface Marker {
  readonly timeMs: number;
  /** A change by the engineer, a phase of the rollout, something that broke. */
  readonly kind: 'change' | 'phase' | 'fault';
  readonly text: string;
}

/** More bins than any terminal has columns are merged. */
const BINS_MAX = 2000;

export interface RunViewParts {
  readonly record: RunRecord;
  readonly scenario: Scenario;
  /** The pods that there were before the run began. */
  readonly settled: readonly SettledPod[];
  /** Requests per second that one pod can take; 0: not known. */
  readonly podCapacityRps: number;
}

export function runViewOf({ record, scenario, settled, podCapacityRps }: RunViewParts): RunView {
  const { series, startMs, endMs } = record;
  const bins = series.offered.length;
  const merged = Math.max(1, Math.ceil(bins / BINS_MAX));
  const fold = (values: readonly number[], how: Fold): readonly number[] => folded(values, merged, how);
  const failedColumns = Object.values(series.failedByClass);
  const failed = Array.from({ length: bins }, (_, bin) =>
    failedColumns.reduce((sum, column) => sum + (column[bin] ?? 0), 0),
  );
  const binMs = series.binMs * merged;
  const offered = fold(series.offered, 'sum');
  return {
    seed: record.seed,
    startMs,
    endMs,
    binMs,
    offered,
    failed: fold(failed, 'sum'),
    readyEndpoints: fold(series.readyEndpoints, 'min'),
    servingPods: fold(series.servingPods, 'min'),
    podsByPhase: Object.fromEntries(
      POD_PHASES.map((phase) => [phase, fold(series.podsByPhase[phase], 'last')]),
    ) as Record<PodPhaseName, readonly number[]>,
    pods: podViews(record.timeline, settled),
    nodes: scenario.cluster.nodes.map(({ name }) => ({ name, down: downSteps(record.timeline, name) })),
    markers: record.timeline.flatMap((event) => markerOf(event) ?? []),
    demandPods: podCapacityRps > 0 ? offered.map((count) => (count * 1000) / binMs / podCapacityRps) : null,
  };
}

type Fold = 'sum' | 'min' | 'last';

function folded(values: readonly number[], width: number, how: Fold): readonly number[] {
  if (width === 1) return values;
  return Array.from({ length: Math.ceil(values.length / width) }, (_, index) => {
    const part = values.slice(index * width, (index + 1) * width);
    if (how === 'last') return part.at(-1) ?? 0;
    return how === 'min' ? Math.min(...part) : part.reduce((sum, value) => sum + value, 0);
  });
}

function downSteps(timeline: readonly TimelineEvent[], node: string): readonly Step<boolean>[] {
  return timeline.flatMap(({ kind, object, timeMs }) =>
    object === `node/${node}` && (kind === 'node-down' || kind === 'node-up')
      ? [{ fromMs: timeMs, value: kind === 'node-down' }]
      : [],
  );
}

const MARKED: Partial<Record<TimelineEventKind, readonly [kind: Marker['kind'], text: string]>> = {
  'change-applied': ['change', ''],
  'rollout-started': ['phase', 'rollout started'],
  'rollout-complete': ['phase', 'rollout complete'],
  'rollout-stalled': ['phase', 'rollout stalled'],
  'rollout-paused': ['phase', 'rollout paused'],
  'job-complete': ['phase', 'job complete'],
  'job-failed': ['fault', 'job failed'],
  'fault-injected': ['fault', ''],
  'fault-recovered': ['phase', 'recovered'],
  'drain-complete': ['phase', 'drain complete'],
  'drain-given-up': ['fault', 'drain given up'],
  'node-unready': ['phase', 'node not ready'],
};

function markerOf({ timeMs, kind: event, object, detail }: TimelineEvent): Marker | null {
  const marked = MARKED[event];
  if (marked === undefined) return null;
  const [kind, text] = marked;
  const told =
    event.startsWith('change-') || event.startsWith('fault-') ? [detail ?? object] : [object, detail];
  return {
    timeMs,
    kind,
    text: [text, ...told].filter((part) => part !== undefined && part !== '').join(' '),
  };
}
