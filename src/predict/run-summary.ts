/**
 * The small part of a run record that a prediction needs and that crosses from a worker thread: figures, causes, a
 * coarse picture over time and a few failed requests. A record holds megabytes, this a few kilobytes.
 */
import { SECOND_MS } from '../kernel/time.ts';
import type {
  Accuracy,
  Cause,
  CauseTotal,
  FailedRequest,
  PodFigures,
  RolloutResult,
  RunRecord,
  Series,
  TimelineEvent,
  TimelineEventKind,
  Totals,
} from '../record.ts';

/** One value for each second of the run; the first covers [startMs, startMs + 1 s). */
export interface Seconds {
  /** Failed requests that ended in the second. */
  readonly failed: readonly number[];
  /** Fewest Ready pods that are not terminating, of the Deployment under test. */
  readonly ready: readonly number[];
  /** Most pod objects, terminating ones included. */
  readonly pods: readonly number[];
}

/** What became of the drain of one node. */
export interface DrainOutcome {
  readonly node: string;
  /** From its first instant until the node was empty; null: it never was. */
  readonly completeMs: number | null;
  readonly evicted: number;
  /** Evictions that a disruption budget refused (R-PDB-1). */
  readonly refused: number;
  /** The budgets that did, by name. */
  readonly budgets: readonly string[];
}

/** Pods that had to wait because there was no room for them. */
export interface PodsWithoutRoom {
  /** Pods that the scheduler found no node for, if only for a while (R-SCH-2). */
  readonly onNodes: number;
  /** Times that the quota refused a pod. */
  readonly inQuota: number;
}

export interface RunSummary {
  readonly seed: number;
  readonly engine: RunRecord['engine'];
  readonly accuracy: Accuracy;
  readonly startMs: number;
  readonly endMs: number;
  readonly totals: Totals;
  readonly rollout: RolloutResult;
  readonly pods: PodFigures;
  readonly causes: readonly CauseTotal[];
  readonly drains: readonly DrainOutcome[];
  readonly withoutRoom: PodsWithoutRoom;
  readonly seconds: Seconds;
  readonly failedSample: readonly FailedRequest[];
}

/** A measurement leaves nothing out. */
const EVERYTHING_SEEN: Accuracy = { exactShare: 1, errorBound: 0 };

/** Keeps one failed request of each cause, the first that was sampled. */
export function summarizeRun(record: RunRecord): RunSummary {
  return {
    seed: record.seed,
    engine: record.engine,
    accuracy: record.accuracy ?? EVERYTHING_SEEN,
    startMs: record.startMs,
    endMs: record.endMs,
    totals: record.totals,
    rollout: record.rollout,
    pods: record.pods,
    causes: record.causes,
    drains: drainsOf(record),
    withoutRoom: withoutRoomOf(record),
    seconds: secondsOf(record.series),
    failedSample: firstOfEachCause(record.failedSample),
  };
}

function drainsOf({ timeline }: RunRecord): readonly DrainOutcome[] {
  const cordons = timeline.filter(({ kind }) => kind === 'node-cordoned');
  return cordons.map(({ object, timeMs }) => {
    const node = object.slice('node/'.length);
    const later = timeline.filter((event) => event.timeMs >= timeMs);
    const complete = later.find((event) => event.kind === 'drain-complete' && event.object === object);
    const onNode = (kind: TimelineEventKind): readonly TimelineEvent[] =>
      later.filter((event) => event.kind === kind && event.node === node);
    const refused = onNode('eviction-refused');
    return {
      node,
      completeMs: complete === undefined ? null : complete.timeMs - timeMs,
      evicted: onNode('pod-evicted').length,
      refused: refused.length,
      budgets: [...new Set(refused.flatMap(({ detail }) => budgetIn(detail ?? '') ?? []))],
    };
  });
}

/** The budget that a refusal names: `budget web allows no disruption`. */
function budgetIn(detail: string): string | null {
  return /^budget (?<name>\S+) /u.exec(detail)?.groups?.['name'] ?? null;
}

function withoutRoomOf({ timeline }: RunRecord): PodsWithoutRoom {
  const unschedulable = timeline.filter(({ kind }) => kind === 'pod-unschedulable');
  return {
    onNodes: new Set(unschedulable.map(({ object }) => object)).size,
    inQuota: timeline.filter(({ kind }) => kind === 'pod-refused').length,
  };
}

function firstOfEachCause(sample: readonly FailedRequest[]): readonly FailedRequest[] {
  const seen = new Set<string>();
  return sample.filter((request) => {
    const key = causeKey(request);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Equal for failed requests of the same rule and the same lines, whichever line comes first. */
export function causeKey({ rule, where }: Cause): string {
  const lines = where.map(({ file, line }) => `${file}:${line}`).toSorted();
  return [rule, ...lines].join('\n');
}

function secondsOf(series: Series): Seconds {
  const bins = series.offered.length;
  const binsPerSecond = Math.max(1, Math.round(SECOND_MS / series.binMs));
  const failed: number[] = [];
  const ready: number[] = [];
  const pods: number[] = [];
  const failedColumns = Object.values(series.failedByClass);
  const podColumns = Object.values(series.podsByPhase);
  for (let from = 0; from < bins; from += binsPerSecond) {
    const to = Math.min(bins, from + binsPerSecond);
    let failedSum = 0;
    let readyMin = Number.POSITIVE_INFINITY;
    let podsMax = 0;
    for (let bin = from; bin < to; bin++) {
      failedSum += across(failedColumns, bin);
      readyMin = Math.min(readyMin, series.podsByPhase.ready[bin] ?? 0);
      podsMax = Math.max(podsMax, across(podColumns, bin));
    }
    failed.push(failedSum);
    ready.push(readyMin);
    pods.push(podsMax);
  }
  return { failed, ready, pods };
}

function across(columns: readonly (readonly number[])[], bin: number): number {
  let sum = 0;
  for (const column of columns) sum += column[bin] ?? 0;
  return sum;
}
