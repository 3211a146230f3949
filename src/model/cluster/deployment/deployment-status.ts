/**
 * What a Deployment's status says of its ReplicaSets, and what complete, progressing and timed out mean
 * (R-DEP-12, R-DEP-13, R-DEP-14).
 */
import { SECOND_MS, type TimeMs } from '../../../kernel/time.ts';
import type { DeploymentStatus, ProgressingCondition } from '../objects.ts';
import { maxUnavailable, type RolloutBounds } from './fenceposts.ts';
import {
  actualReplicas,
  availableReplicas,
  readyReplicas,
  specReplicas,
  terminatingReplicas,
  type CountedReplicaSet,
} from './replica-counts.ts';

/** A deadline of this many seconds never passes. */
export const NO_PROGRESS_DEADLINE = 2_147_483_647;

export const REASONS = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** Of a Deployment that its controller has not seen yet. */
export const EMPTY_DEPLOYMENT_STATUS: DeploymentStatus = {
  observedGeneration: 0,
  replicas: 0,
  updatedReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  unavailableReplicas: 0,
  terminatingReplicas: 0,
  progressing: null,
  available: false,
  replicaFailure: false,
  collisionCount: 0,
};

/** What a status is computed from. */
export interface ObservedDeployment extends RolloutBounds {
  readonly generation: number;
  readonly status: DeploymentStatus;
}

/** The counts; conditions other than Available are taken over. */
export function calculateStatus(
  deployment: ObservedDeployment,
  newReplicaSet: CountedReplicaSet | null,
  all: readonly CountedReplicaSet[],
): DeploymentStatus {
  const available = availableReplicas(all);
  return {
    ...deployment.status,
    observedGeneration: deployment.generation,
    replicas: actualReplicas(all),
    updatedReplicas: newReplicaSet === null ? 0 : newReplicaSet.status.replicas,
    readyReplicas: readyReplicas(all),
    availableReplicas: available,
    // Fewer are intended than available while a scale-down is under way.
    unavailableReplicas: Math.max(0, specReplicas(all) - available),
    terminatingReplicas: terminatingReplicas(all) ?? 0,
    available: available >= deployment.replicas - maxUnavailable(deployment),
  };
}

type CompletionCounts = Pick<
  DeploymentStatus,
  'observedGeneration' | 'replicas' | 'updatedReplicas' | 'availableReplicas'
>;

/** R-DEP-12: every pod is of the new template and available; old ones may still be terminating. */
export function isComplete(
  deployment: { readonly replicas: number; readonly generation: number },
  status: CompletionCounts,
): boolean {
  return (
    status.updatedReplicas === deployment.replicas &&
    status.replicas === deployment.replicas &&
    status.availableReplicas === deployment.replicas &&
    status.observedGeneration >= deployment.generation
  );
}

type ProgressCounts = Pick<
  DeploymentStatus,
  'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'
>;

/** R-DEP-13. */
export function isProgressing(old: ProgressCounts, next: ProgressCounts): boolean {
  return (
    next.updatedReplicas > old.updatedReplicas ||
    next.replicas - next.updatedReplicas < old.replicas - old.updatedReplicas ||
    next.readyReplicas > old.readyReplicas ||
    next.availableReplicas > old.availableReplicas
  );
}

/** R-DEP-14: strictly more than the deadline has passed since the last progress. */
export function isTimedOut(
  progressDeadlineSeconds: number,
  condition: ProgressingCondition | null,
  nowMs: TimeMs,
): boolean {
  if (progressDeadlineSeconds === NO_PROGRESS_DEADLINE || condition === null) return false;
  // The deadline of a rollout that is over is not the next one's, whose start this copy may not show yet.
  if (condition.reason === REASONS.available) return false;
  if (condition.reason === REASONS.timedOut) return true;
  return condition.lastUpdateMs + progressDeadlineSeconds * SECOND_MS < nowMs;
}

export function sameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return (
    a.observedGeneration === b.observedGeneration &&
    a.replicas === b.replicas &&
    a.updatedReplicas === b.updatedReplicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.unavailableReplicas === b.unavailableReplicas &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.available === b.available &&
    a.replicaFailure === b.replicaFailure &&
    a.collisionCount === b.collisionCount &&
    sameCondition(a.progressing, b.progressing)
  );
}

function sameCondition(a: ProgressingCondition | null, b: ProgressingCondition | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.lastUpdateMs === b.lastUpdateMs &&
    a.lastTransitionMs === b.lastTransitionMs
  );
}
