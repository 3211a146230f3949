/**
 * Which pods a ReplicaSet gives up first when it shrinks (R-RS-5). The order is Kubernetes' own, key by key,
 * with its quirk: times compare by the power of two of their age, and within one power the UID decides.
 */
import type { TimeMs } from '../../../kernel/time.ts';
import { isActive, type PodObject } from '../objects.ts';

/** What the order looks at; a pod object is one. */
export type DeletionCandidate = Pick<
  PodObject,
  'uid' | 'nodeName' | 'ready' | 'readyTransitionMs' | 'restarts' | 'sidecarRestarts' | 'deletionCost'
> & {
  /** `Unknown` is no phase of the model's pods, but it has its place in the order. */
  readonly phase: string;
  /** null: not known. */
  readonly createdMs: TimeMs | null;
};

export interface RankedCandidate<P extends DeletionCandidate = DeletionCandidate> {
  readonly pod: P;
  /** Active pods of the same owner's owner on the same node, this one included; more go first. */
  readonly rank: number;
}

export interface DeletionOrderOptions {
  /** Now, for ages by power of two; null: exact times, the later goes first. */
  readonly nowMs: TimeMs | null;
  /** Whether the pod-deletion-cost annotation counts. */
  readonly deletionCost: boolean;
}

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Whether `a` is deleted before `b`; false both ways for equals. Asymmetric but, as in Kubernetes, not transitive
 * when ages of one power of two meet equal ages that restarts tell apart.
 */
export function isDeletedBefore(
  a: RankedCandidate,
  b: RankedCandidate,
  { nowMs, deletionCost }: DeletionOrderOptions,
): boolean {
  const unassigned = Number(a.pod.nodeName !== null) - Number(b.pod.nodeName !== null);
  if (unassigned !== 0) return unassigned < 0;
  const phase = phaseOrder(a.pod) - phaseOrder(b.pod);
  if (phase !== 0) return phase < 0;
  if (a.pod.ready !== b.pod.ready) return !a.pod.ready;
  if (deletionCost && a.pod.deletionCost !== b.pod.deletionCost)
    return a.pod.deletionCost < b.pod.deletionCost;
  if (a.rank !== b.rank) return a.rank > b.rank;
  if (a.pod.ready && a.pod.readyTransitionMs !== b.pod.readyTransitionMs)
    return isYounger(a.pod, b.pod, a.pod.readyTransitionMs, b.pod.readyTransitionMs, nowMs);
  if (a.pod.restarts !== b.pod.restarts) return a.pod.restarts > b.pod.restarts;
  if (a.pod.sidecarRestarts !== b.pod.sidecarRestarts) return a.pod.sidecarRestarts > b.pod.sidecarRestarts;
  if (a.pod.createdMs !== b.pod.createdMs)
    return isYounger(a.pod, b.pod, a.pod.createdMs, b.pod.createdMs, nowMs);
  return false;
}

/** The ReplicaSet's choice: `count` of `pods`, counting `related` on the nodes. Not sorted when all must go. */
export function podsToDelete<P extends DeletionCandidate & Pick<PodObject, 'deletionMs'>>(
  pods: readonly P[],
  related: readonly (DeletionCandidate & Pick<PodObject, 'deletionMs'>)[],
  count: number,
  options: DeletionOrderOptions,
): P[] {
  if (count >= pods.length) return [...pods];
  return sortForDeletion(rankByRelatedPods(pods, related), options).slice(0, count);
}

/** R-RS-5: the rank of a pod is the number of active related pods on its node (of none, for the unassigned). */
function rankByRelatedPods<P extends DeletionCandidate>(
  pods: readonly P[],
  related: readonly (DeletionCandidate & Pick<PodObject, 'deletionMs'>)[],
): RankedCandidate<P>[] {
  const onNode = new Map<string | null, number>();
  for (const pod of related) {
    if (isActive(pod)) onNode.set(pod.nodeName, (onNode.get(pod.nodeName) ?? 0) + 1);
  }
  return pods.map((pod) => ({ pod, rank: onNode.get(pod.nodeName) ?? 0 }));
}

/** First deleted first; equals keep their order. */
export function sortForDeletion<P extends DeletionCandidate>(
  ranked: readonly RankedCandidate<P>[],
  options: DeletionOrderOptions,
): P[] {
  const before = (a: RankedCandidate, b: RankedCandidate): boolean => isDeletedBefore(a, b, options);
  return ranked.toSorted((a, b) => (before(a, b) ? -1 : Number(before(b, a)))).map(({ pod }) => pod);
}

function phaseOrder(pod: DeletionCandidate): number {
  return PHASE_ORDER[pod.phase] ?? 0;
}

function isYounger(
  a: DeletionCandidate,
  b: DeletionCandidate,
  aMs: TimeMs | null,
  bMs: TimeMs | null,
  nowMs: TimeMs | null,
): boolean {
  if (aMs === null || bMs === null) return aMs === null;
  if (nowMs === null) return aMs > bMs;
  const difference = logarithmicAge(nowMs - aMs) - logarithmicAge(nowMs - bMs);
  return difference === 0 ? a.uid < b.uid : difference < 0;
}

/** floor(log2(nanoseconds)) of an age; −1 for none, as for a time in the future. */
export function logarithmicAge(ageMs: number): number {
  const nanoseconds = Math.floor(ageMs * 1_000_000);
  if (nanoseconds <= 0) return -1;
  // The logarithm is rounded; next to a power of two the exact comparison decides.
  const estimate = Math.floor(Math.log2(nanoseconds));
  if (2 ** estimate > nanoseconds) return estimate - 1;
  return 2 ** (estimate + 1) <= nanoseconds ? estimate + 1 : estimate;
}
