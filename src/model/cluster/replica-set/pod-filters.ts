/** Which objects a ReplicaSet counts, by state and by owner (R-GEN-6, R-RS-6, R-RS-7). */
import { isActive, type PodObject } from '../objects.ts';

export type PodState = { readonly phase: string } & Pick<PodObject, 'deletionMs'>;

/** Succeeded or Failed: the pod will never run again. */
export function isTerminalPhase(phase: string): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

export function activePods<P extends PodState>(pods: readonly P[]): P[] {
  return pods.filter((pod) => isActive(pod));
}

/** Deletion has begun and the phase is not terminal: reported, but neither counted nor waited for (R-RS-6). */
export function terminatingPods<P extends PodState>(pods: readonly P[]): P[] {
  return pods.filter((pod) => pod.deletionMs !== null && !isTerminalPhase(pod.phase));
}

/** ReplicaSets that have pods or ought to have them. */
export function activeReplicaSets<R extends { readonly replicas: number }>(
  replicaSets: readonly (R | null)[],
): R[] {
  return replicaSets.filter((replicaSet): replicaSet is R => replicaSet !== null && replicaSet.replicas > 0);
}

type Labels = Readonly<Record<string, string>>;
type LabelledPod = { readonly template: { readonly labels: Labels } };

/** Pods that `owner` controls and whose labels match its selector. */
export function claimedPods<P extends Pick<PodObject, 'owner'> & LabelledPod>(
  owner: PodObject['owner'],
  selector: Labels,
  pods: Iterable<P>,
): P[] {
  const claimed: P[] = [];
  for (const pod of pods) {
    const owned = pod.owner.kind === owner.kind && pod.owner.name === owner.name;
    if (owned && isLabelled(pod, selector)) claimed.push(pod);
  }
  return claimed;
}

/** Whether the pod has all these labels; unlike a Service, a ReplicaSet that asks for none takes every pod. */
export function isLabelled(pod: LabelledPod, labels: Labels): boolean {
  const own = pod.template.labels;
  // Those that were made from the very template that is asked for.
  if (own === labels) return true;
  for (const key in labels) if (own[key] !== labels[key]) return false;
  return true;
}
