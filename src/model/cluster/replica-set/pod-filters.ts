/** Which objects a ReplicaSet counts, by state and by owner (R-GEN-6, R-RS-6, R-RS-7). */
import { isActive, selects, type PodObject } from '../objects.ts';

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

/** Pods that the ReplicaSet controls and whose labels its selector matches. */
export function claimedPods<
  P extends Pick<PodObject, 'owner'> & {
    readonly template: { readonly labels: Readonly<Record<string, string>> };
  },
>(owner: PodObject['owner'], selector: Readonly<Record<string, string>>, pods: readonly P[]): P[] {
  return pods.filter(
    (pod) =>
      pod.owner.kind === owner.kind &&
      pod.owner.name === owner.name &&
      selects(selector, pod.template.labels),
  );
}
