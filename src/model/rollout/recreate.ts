/** Recreate: every old pod goes, and only when none is left do the new ones come (R-DEP-20). */
import type { ApiSteps } from '../cluster/deployment/api-steps.ts';
import { actualReplicas, type CountedReplicaSet } from '../cluster/deployment/replica-counts.ts';
import { activeReplicaSets } from '../cluster/deployment/replica-set-choice.ts';
import type { PodPhase } from '../cluster/objects.ts';
import type { ReplicaSetRoles, Rollout, RolloutStrategy } from './strategy.ts';

export const recreate: RolloutStrategy = {
  readsPods: true,
  *reconcile(rollout) {
    // Creating the new ReplicaSet first would bring its pods up beside the old ones.
    const found = yield* rollout.syncRevision(false);
    if (found.newReplicaSet === null) rollout.begin(found.oldReplicaSets);
    const scaledDown = yield* scaleDownOld(rollout, found);
    if (scaledDown || isBlocked(rollout, found)) {
      yield* rollout.syncStatus(found);
      return;
    }
    const roles = found.newReplicaSet === null ? yield* rollout.syncRevision(true) : found;
    if (roles.newReplicaSet === null) throw new Error('the new ReplicaSet was to be created');
    yield* rollout.scale(roles.newReplicaSet, rollout.deployment.replicas);
    if (rollout.complete) yield* rollout.cleanUpHistory(roles.oldReplicaSets);
    yield* rollout.syncStatus(roles);
  },
};

function* scaleDownOld(rollout: Rollout, { oldReplicaSets }: ReplicaSetRoles): ApiSteps<boolean> {
  const sizes = planRecreate(oldReplicaSets);
  for (const { replicaSet, replicas } of sizes) yield* rollout.scale(replicaSet, replicas);
  return sizes.length > 0;
}

function isBlocked(rollout: Rollout, { newReplicaSet, oldReplicaSets }: ReplicaSetRoles): boolean {
  const others = rollout.pods.filter((pod) => pod.owner.name !== newReplicaSet?.name);
  return oldPodsRunning(
    oldReplicaSets,
    others.map((pod) => pod.phase),
  );
}

/** The old ReplicaSets that still should have pods: all of them are to have none. */
export function planRecreate<R extends { readonly replicas: number }>(
  old: readonly R[],
): { readonly replicaSet: R; readonly replicas: number }[] {
  return activeReplicaSets(old).map((replicaSet) => ({ replicaSet, replicas: 0 }));
}

/**
 * Whether old pods hold the new ones back: a status that still counts one, or a pod object in a phase that is
 * not terminal, be it terminating or not (R-NOD-8).
 * @param otherPodPhases phases of the pods that are not the new ReplicaSet's; null: not set yet
 */
export function oldPodsRunning(
  old: readonly CountedReplicaSet[],
  otherPodPhases: readonly (PodPhase | 'Unknown' | null)[],
): boolean {
  return (
    actualReplicas(old) > 0 || otherPodPhases.some((phase) => phase !== 'Failed' && phase !== 'Succeeded')
  );
}

/** Whether the removal of a pod lets its Recreate Deployment be looked at: none of its pods is left. */
export function requeuesOnPodDeletion(replicaSetKnown: boolean, podsLeft: number): boolean {
  return replicaSetKnown && podsLeft === 0;
}
