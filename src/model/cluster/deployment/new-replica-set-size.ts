/** How large a Deployment's new ReplicaSet may be, given what its pods already take up (R-DEP-3, R-DEP-18, R-DEP-22). */
import type { PodReplacementPolicy } from '../../rollout/strategy.ts';
import { scaleIntOrPercent, type RolloutBounds } from './fenceposts.ts';
import { specReplicas } from './replica-counts.ts';

/** @param occupied what counts against N + surge, the new ReplicaSet included */
export function newReplicaSetSize(deployment: RolloutBounds, occupied: number, newReplicas: number): number {
  const { replicas, strategy } = deployment;
  if (strategy.type === 'Recreate') return replicas;
  const max = replicas + (scaleIntOrPercent(strategy.maxSurge, replicas, 'up') ?? 0);
  if (occupied >= max) return newReplicas;
  return newReplicas + Math.min(max - occupied, replicas - newReplicas);
}

interface OccupyingReplicaSet {
  readonly replicas: number;
  readonly status: { readonly replicas: number; readonly terminatingReplicas: number };
}

/**
 * What counts against N + surge: intended pods only, so that terminating ones come on top (R-SUR-2), or with
 * `TerminationComplete` every pod object.
 */
export function occupiedReplicas(
  replicaSets: readonly OccupyingReplicaSet[],
  policy: PodReplacementPolicy,
): number {
  if (policy === 'TerminationStarted') return specReplicas(replicaSets);
  // A pod that is about to go still shows in the status although the intent has shrunk.
  return replicaSets.reduce(
    (total, { replicas, status }) => total + Math.max(replicas, status.replicas) + status.terminatingReplicas,
    0,
  );
}
