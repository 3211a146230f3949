/** What happened to each pod and when, read from a replay's timeline: for finding out why a request to it failed. */
import type { TimeMs } from '../../kernel/time.ts';
import type { TimelineEvent } from '../../record.ts';

/** One life of the process in a pod: a restarted container begins another. */
export interface PodChapter {
  readonly pod: string;
  /** null: it has not listened yet. */
  openMs: TimeMs | null;
  closedMs: TimeMs | null;
  signalMs: TimeMs | null;
  killedMs: TimeMs | null;
  exitedMs: TimeMs | null;
}

export interface PodHistory {
  readonly pod: string;
  readonly events: TimelineEvent[];
  readonly chapters: PodChapter[];
  terminatingMs: TimeMs | null;
  goneMs: TimeMs | null;
  /** First listed in the API for new connections. */
  listedMs: TimeMs | null;
  /** When the API took it out for good, and when each node's proxy followed. */
  withdrawnMs: TimeMs | null;
  readonly withdrawnByNode: Map<string, TimeMs>;
}

/** @param timeline in time order */
export function podHistories(timeline: readonly TimelineEvent[]): ReadonlyMap<string, PodHistory> {
  const histories = new Map<string, PodHistory>();
  for (const event of timeline) {
    if (!event.object.startsWith('pod/')) continue;
    const pod = event.object.slice(4);
    let history = histories.get(pod);
    if (history === undefined) {
      history = emptyHistory(pod);
      histories.set(pod, history);
    }
    history.events.push(event);
    take(history, event);
  }
  return histories;
}

function emptyHistory(pod: string): PodHistory {
  return {
    pod,
    events: [],
    chapters: [],
    terminatingMs: null,
    goneMs: null,
    listedMs: null,
    withdrawnMs: null,
    withdrawnByNode: new Map(),
  };
}

function take(history: PodHistory, { kind, timeMs, node }: TimelineEvent): void {
  switch (kind) {
    case 'container-started':
      history.chapters.push(newChapter(history.pod));
      return;
    case 'listener-open':
      chapterOf(history).openMs ??= timeMs;
      return;
    case 'signal':
      chapterOf(history).signalMs ??= timeMs;
      return;
    case 'listener-closed':
      chapterOf(history).closedMs ??= timeMs;
      return;
    case 'sigkill':
      chapterOf(history).killedMs ??= timeMs;
      return;
    case 'container-exited':
      chapterOf(history).exitedMs ??= timeMs;
      return;
    case 'pod-terminating':
      history.terminatingMs ??= timeMs;
      return;
    case 'pod-gone':
      history.goneMs = timeMs;
      return;
    case 'endpoint-listed':
      history.listedMs ??= timeMs;
      if (node === undefined) history.withdrawnMs = null;
      else history.withdrawnByNode.delete(node);
      return;
    case 'endpoint-withdrawn':
      if (node === undefined) history.withdrawnMs = timeMs;
      else history.withdrawnByNode.set(node, timeMs);
      return;
    default:
  }
}

function newChapter(pod: string): PodChapter {
  return { pod, openMs: null, closedMs: null, signalMs: null, killedMs: null, exitedMs: null };
}

function chapterOf(history: PodHistory): PodChapter {
  const last = history.chapters.at(-1);
  if (last !== undefined) return last;
  const first = newChapter(history.pod);
  history.chapters.push(first);
  return first;
}

/** A proxy follows the API within this, when nobody has measured it (R-KP-15). */
const WITHDRAWAL_MS_MAX = 3000;

/** Until when a node may have sent new connections to the pod; Infinity: it still does. */
export function sentUntilMs({ withdrawnByNode, withdrawnMs }: PodHistory, node: string): TimeMs {
  const measured = withdrawnByNode.get(node);
  if (measured !== undefined) return measured;
  return withdrawnMs === null ? Number.POSITIVE_INFINITY : withdrawnMs + WITHDRAWAL_MS_MAX;
}

/** From when on a node may send new connections to the pod. */
export function sentFromMs({ listedMs }: PodHistory): TimeMs {
  return listedMs ?? Number.POSITIVE_INFINITY;
}
