/**
 * How a change of the replica count is shared out among the ReplicaSets that have pods, without hastening the
 * rollout that is under way (R-DEP-16, R-DEP-17).
 */
import { maxSurge, type RolloutBounds } from './fenceposts.ts';
import type { ReplicasAnnotations } from './replicas-annotations.ts';
import { specReplicas } from './replica-counts.ts';
import {
  activeReplicaSets,
  bySizeNewer,
  bySizeOlder,
  findActiveOrLatest,
  withNew,
} from './replica-set-choice.ts';

export interface ScalableReplicaSet extends ReplicasAnnotations {
  readonly name: string;
  readonly createdMs: number;
  readonly replicas: number;
  readonly status: { readonly availableReplicas: number };
}

export interface ScaledDeployment extends RolloutBounds {
  /** Pods that exist according to its status. */
  readonly status: { readonly replicas: number };
}

/** One size to write; `forced`: the annotations are written even when the size stays. */
export interface Scaling<R> {
  readonly replicaSet: R;
  readonly replicas: number;
  readonly forced: boolean;
}

/** Whether a ReplicaSet with pods was sized for another replica count than the Deployment now has. */
export function isScalingEvent(
  replicas: number,
  replicaSets: readonly (ReplicasAnnotations & { readonly replicas: number })[],
): boolean {
  return replicaSets.some(
    ({ replicas: size, desiredReplicasAnnotation: desired }) =>
      size > 0 && desired !== null && desired !== replicas,
  );
}

/** The sizes to write, in the order of writing; empty when all fit. */
export function planScaling<R extends ScalableReplicaSet>(
  deployment: ScaledDeployment,
  newReplicaSet: R | null,
  oldReplicaSets: readonly R[],
): Scaling<R>[] {
  const only = findActiveOrLatest(newReplicaSet, oldReplicaSets);
  if (only !== null) {
    if (only.replicas === deployment.replicas) return [];
    return [{ replicaSet: only, replicas: deployment.replicas, forced: false }];
  }
  if (newReplicaSet !== null && isSaturated(deployment, newReplicaSet)) {
    return activeReplicaSets(oldReplicaSets).map((replicaSet) => ({
      replicaSet,
      replicas: 0,
      forced: false,
    }));
  }
  if (deployment.strategy.type !== 'RollingUpdate') return [];
  return shareOut(deployment, activeReplicaSets(withNew(oldReplicaSets, newReplicaSet)));
}

function shareOut<R extends ScalableReplicaSet>(deployment: ScaledDeployment, active: R[]): Scaling<R>[] {
  const { replicas } = deployment;
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - specReplicas(active);
  if (toAdd === 0) return active.map((rs) => ({ replicaSet: rs, replicas: rs.replicas, forced: true }));
  const ordered = active.sort(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const sizes = ordered.map((replicaSet) => {
    const share = proportion(replicaSet, deployment, toAdd, added);
    added += share;
    return replicaSet.replicas + share;
  });
  return ordered.map((replicaSet, index) => {
    const size = sizes[index] as number;
    // What rounding leaves over goes to the largest.
    return {
      replicaSet,
      replicas: index === 0 ? Math.max(0, size + toAdd - added) : size,
      forced: true,
    };
  });
}

function proportion(
  replicaSet: ScalableReplicaSet,
  deployment: ScaledDeployment,
  toAdd: number,
  added: number,
): number {
  if (toAdd === added) return 0;
  const fraction = replicaSetFraction(replicaSet, deployment);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

/** Replicas to add to this ReplicaSet (negative: to remove), before the clip to what is left to share out. */
export function replicaSetFraction(
  replicaSet: { readonly replicas: number; readonly maxReplicasAnnotation: number | null },
  deployment: ScaledDeployment,
): number {
  if (deployment.replicas === 0) return -replicaSet.replicas;
  const max = deployment.replicas + maxSurge(deployment);
  // Without the annotation only the pods that exist tell what the size was.
  const maxBefore = replicaSet.maxReplicasAnnotation || deployment.status.replicas;
  if (maxBefore === 0) return 0;
  return roundHalfAwayFromZero((replicaSet.replicas * max) / maxBefore) - replicaSet.replicas;
}

function roundHalfAwayFromZero(value: number): number {
  return value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5);
}

function isSaturated(deployment: { readonly replicas: number }, replicaSet: ScalableReplicaSet): boolean {
  return (
    replicaSet.replicas === deployment.replicas &&
    replicaSet.desiredReplicasAnnotation === deployment.replicas &&
    replicaSet.status.availableReplicas === deployment.replicas
  );
}
