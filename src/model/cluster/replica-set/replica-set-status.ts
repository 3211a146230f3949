/** What a ReplicaSet reports about its pods, from the pods as they were before the sync's own writes (R-RS-4). */
import type { TimeMs } from '../../../kernel/time.ts';
import type { ReplicaSetObject, ReplicaSetStatus } from '../objects.ts';
import { isPodAvailable, type PodReadiness } from './pod-availability.ts';
import { isLabelled } from './pod-filters.ts';

type LabelledPod = PodReadiness & {
  readonly template: { readonly labels: Readonly<Record<string, string>> };
};
type StatusSubject = Pick<ReplicaSetObject, 'minReadySeconds' | 'replicas'> & {
  readonly template: { readonly labels: Readonly<Record<string, string>> };
};

export type PodCounts = Omit<ReplicaSetStatus, 'observedGeneration' | 'replicaFailure'>;

export function countPods(
  replicaSet: StatusSubject,
  active: readonly LabelledPod[],
  terminatingCount: number,
  nowMs: TimeMs,
): PodCounts {
  const { minReadySeconds } = replicaSet;
  let fullyLabeledReplicas = 0;
  let readyReplicas = 0;
  let availableReplicas = 0;
  for (const pod of active) {
    if (isLabelled(pod, replicaSet.template.labels)) fullyLabeledReplicas++;
    if (!pod.ready) continue;
    readyReplicas++;
    if (isPodAvailable(pod, minReadySeconds, nowMs)) availableReplicas++;
  }
  return {
    replicas: active.length,
    fullyLabeledReplicas,
    readyReplicas,
    availableReplicas,
    terminatingReplicas: terminatingCount,
  };
}

/**
 * Reason of the ReplicaFailure condition after a sync (R-DEP-24); null: the condition is absent. One that stands
 * keeps its reason for as long as the failure lasts.
 */
export function replicaFailureReason(
  before: string | null,
  failed: boolean,
  activeCount: number,
  replicas: number,
): string | null {
  if (!failed) return null;
  if (before !== null) return before;
  if (activeCount === replicas) return '';
  return activeCount < replicas ? 'FailedCreate' : 'FailedDelete';
}

/** Whether a write would change nothing. */
export function isStatusCurrent(replicaSet: ReplicaSetObject, next: ReplicaSetStatus): boolean {
  const { status } = replicaSet;
  return (
    status.replicas === next.replicas &&
    status.fullyLabeledReplicas === next.fullyLabeledReplicas &&
    status.readyReplicas === next.readyReplicas &&
    status.availableReplicas === next.availableReplicas &&
    status.terminatingReplicas === next.terminatingReplicas &&
    status.replicaFailure === next.replicaFailure &&
    status.observedGeneration === replicaSet.generation
  );
}
