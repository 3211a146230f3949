/**
 * RollingUpdate: the new ReplicaSet grows as far as the surge allows, the old ones shrink as far as availability
 * allows, one of both a sync (R-DEP-4 … R-DEP-9).
 */
import { SyncError, type ApiSteps } from '../cluster/deployment/api-steps.ts';
import { maxUnavailable, type RolloutBounds } from '../cluster/deployment/fenceposts.ts';
import { newReplicaSetSize, occupiedReplicas } from '../cluster/deployment/new-replica-set-size.ts';
import { availableReplicas, specReplicas } from '../cluster/deployment/replica-counts.ts';
import { activeReplicaSets, byCreation, withNew } from '../cluster/deployment/replica-set-choice.ts';
import type { ReplicaSetObject } from '../cluster/objects.ts';
import type { ReplicaSetRoles, Rollout, RolloutStrategy } from './strategy.ts';

export const rollingUpdate: RolloutStrategy = {
  readsPods: false,
  *reconcile(rollout) {
    const roles = rollout.notedRoles ?? (yield* rollout.syncRevision(true));
    const { newReplicaSet } = roles;
    if (newReplicaSet === null) throw new Error('a rolling update creates its new ReplicaSet first');
    const size = newSize(rollout, newReplicaSet, roles.oldReplicaSets);
    const scaledUp = size !== newReplicaSet.replicas;
    if (scaledUp) yield* rollout.scale(newReplicaSet, size);
    const scaled = scaledUp || (yield* scaleDownOld(rollout, roles));
    if (!scaled && rollout.complete) yield* rollout.cleanUpHistory(roles.oldReplicaSets);
    yield* rollout.syncStatus(roles);
  },
};

function newSize(
  { deployment, podReplacementPolicy }: Rollout,
  newReplicaSet: ReplicaSetObject,
  oldReplicaSets: readonly ReplicaSetObject[],
): number {
  const occupied = occupiedReplicas(withNew(oldReplicaSets, newReplicaSet), podReplacementPolicy);
  return reconcileNewReplicaSet(deployment, occupied, newReplicaSet.replicas);
}

/** Any failure here is swallowed: this sync then scales nothing (more) down (R-DEP-8). */
function* scaleDownOld(rollout: Rollout, roles: ReplicaSetRoles): ApiSteps<boolean> {
  try {
    return yield* scaleDownOldOrFail(rollout, roles);
  } catch (error) {
    if (error instanceof SyncError) return false;
    throw error;
  }
}

function* scaleDownOldOrFail(rollout: Rollout, roles: ReplicaSetRoles): ApiSteps<boolean> {
  const { deployment } = rollout;
  const { newReplicaSet, oldReplicaSets } = roles;
  const active = activeReplicaSets(oldReplicaSets).sort(byCreation);
  const max = maxScaledDown(deployment, active, withNew(oldReplicaSets, newReplicaSet), newReplicaSet);
  if (max <= 0) return false;
  const cleanup = planCleanup(active, max);
  const cleaned = new Map<string, ReplicaSetObject>();
  for (const { replicaSet, replicas } of cleanup.resizings) {
    cleaned.set(replicaSet.name, yield* rollout.scale(replicaSet, replicas));
  }
  if (!cleanup.valid) throw new SyncError('an old ReplicaSet has more available pods than it should have');
  const left = active.map((replicaSet) => cleaned.get(replicaSet.name) ?? replicaSet);
  const scaleDown = planScaleDown(deployment, left, withNew(left, newReplicaSet));
  for (const { replicaSet, replicas } of scaleDown.resizings) yield* rollout.scale(replicaSet, replicas);
  return cleanup.count + scaleDown.count > 0;
}

// ---- the arithmetic

interface SizedReplicaSet {
  readonly replicas: number;
  readonly status: { readonly availableReplicas: number };
}

export interface Resizing<R> {
  readonly replicaSet: R;
  readonly replicas: number;
}

/**
 * The size that the new ReplicaSet gets in this sync.
 * @param occupied what counts against N + surge (R-DEP-3)
 */
export function reconcileNewReplicaSet(
  deployment: RolloutBounds,
  occupied: number,
  newReplicas: number,
): number {
  if (newReplicas >= deployment.replicas) return deployment.replicas;
  return newReplicaSetSize(deployment, occupied, newReplicas);
}

/** How many old pods may go at most, available or not: new pods that are not available yet hold theirs back (R-DEP-7). */
export function maxScaledDown(
  deployment: RolloutBounds,
  activeOld: readonly SizedReplicaSet[],
  all: readonly SizedReplicaSet[],
  newReplicaSet: SizedReplicaSet | null,
): number {
  if (specReplicas(activeOld) === 0) return 0;
  const newUnavailable =
    newReplicaSet === null ? 0 : newReplicaSet.replicas - newReplicaSet.status.availableReplicas;
  return specReplicas(all) - (deployment.replicas - maxUnavailable(deployment)) - newUnavailable;
}

/**
 * Takes unavailable pods from the old ReplicaSets first, the oldest one first (R-DEP-9). Not valid when a status
 * that lags behind claims more available pods than there should be: what was planned before it stands, the rest
 * of the sync's scale-down falls away (R-DEP-8).
 */
export function planCleanup<R extends SizedReplicaSet>(
  old: readonly R[],
  countMax: number,
): { readonly resizings: Resizing<R>[]; readonly count: number; readonly valid: boolean } {
  const resizings: Resizing<R>[] = [];
  let count = 0;
  for (const replicaSet of old) {
    if (count >= countMax) break;
    const { replicas, status } = replicaSet;
    if (replicas === 0 || replicas === status.availableReplicas) continue;
    const unhealthy = Math.min(countMax - count, replicas - status.availableReplicas);
    if (unhealthy < 0) return { resizings, count, valid: false };
    resizings.push({ replicaSet, replicas: replicas - unhealthy });
    count += unhealthy;
  }
  return { resizings, count, valid: true };
}

/** Takes available pods beyond what must stay available; the budget is the status as read, whatever was cleaned up. */
export function planScaleDown<R extends SizedReplicaSet>(
  deployment: RolloutBounds,
  old: readonly R[],
  all: readonly SizedReplicaSet[],
): { readonly resizings: Resizing<R>[]; readonly count: number } {
  const resizings: Resizing<R>[] = [];
  let budget = availableReplicas(all) - (deployment.replicas - maxUnavailable(deployment));
  let count = 0;
  for (const replicaSet of old) {
    if (budget <= 0) break;
    if (replicaSet.replicas === 0) continue;
    const down = Math.min(replicaSet.replicas, budget);
    resizings.push({ replicaSet, replicas: replicaSet.replicas - down });
    budget -= down;
    count += down;
  }
  return { resizings, count };
}
