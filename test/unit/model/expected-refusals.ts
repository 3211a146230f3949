/**
 * How many new connections a run should have lost, by its own timeline: at each instant a node sends each of its
 * new connections to one of the pods that it lists, each as likely, and those to a pod that does not listen fail.
 */
import type { RunRecord } from '../../../src/record.ts';

export interface Callers {
  readonly rateRps: number;
  /** Every node has as many callers. */
  readonly nodes: number;
  /** From a caller to a pod: a SYN meets the listener as it is that much later. */
  readonly oneWayMs: number;
}

interface Step {
  readonly timeMs: number;
  readonly pod: string;
  /** null: the pod's listener; otherwise the node whose list changes. */
  readonly node: string | null;
  readonly on: boolean;
}

/** The mean of a Poisson count, for new connections only, without affinity, retries and round robin. */
export function expectedRefusals(record: RunRecord, { rateRps, nodes, oneWayMs }: Callers): number {
  const listed = new Map<string, Set<string>>();
  const listening = new Set<string>();
  let expected = 0;
  let sinceMs = 0;
  for (const { timeMs, pod, node, on } of stepsOf(record, oneWayMs)) {
    const untilMs = Math.min(record.endMs, Math.max(0, timeMs));
    const lost = [...listed.values()].reduce((sum, pods) => sum + lostShare(pods, listening), 0);
    expected += (lost / nodes) * rateRps * ((untilMs - sinceMs) / 1000);
    sinceMs = untilMs;
    const set = node === null ? listening : (listed.get(node) ?? new Set<string>());
    if (on) set.add(pod);
    else set.delete(pod);
    if (node !== null) listed.set(node, set);
  }
  return expected;
}

function stepsOf({ timeline, endMs }: RunRecord, oneWayMs: number): Step[] {
  const steps = timeline.flatMap(({ timeMs, kind, object: pod, node }): Step[] => {
    if (kind === 'listener-open') return [{ timeMs: timeMs - oneWayMs, pod, node: null, on: true }];
    if (kind === 'listener-closed') return [{ timeMs: timeMs - oneWayMs, pod, node: null, on: false }];
    if (node === undefined) return [];
    if (kind === 'endpoint-listed') return [{ timeMs, pod, node, on: true }];
    return kind === 'endpoint-withdrawn' ? [{ timeMs, pod, node, on: false }] : [];
  });
  return [
    ...steps.toSorted((a, b) => a.timeMs - b.timeMs),
    { timeMs: endMs, pod: '', node: null, on: false },
  ];
}

/** With no pod at all every connection is refused (R-KP-7). */
function lostShare(pods: ReadonlySet<string>, listening: ReadonlySet<string>): number {
  if (pods.size === 0) return 1;
  let lost = 0;
  for (const pod of pods) if (!listening.has(pod)) lost++;
  return lost / pods.size;
}

/** Requests whose connection never came about. */
export function neverConnected({ totals: { failedByClass } }: RunRecord): number {
  const { refused = 0, unreachable = 0 } = failedByClass;
  return refused + unreachable + (failedByClass['connect-timeout'] ?? 0);
}
