/** The Progressing condition of a Deployment: what each sync makes of it (R-DEP-13, R-DEP-14, R-DEP-15). */
import { SECOND_MS, truncateToSecond, type DurationMs, type TimeMs } from '../../../kernel/time.ts';
import type { DeploymentStatus, ProgressingCondition } from '../objects.ts';
import {
  calculateStatus,
  isComplete,
  isProgressing,
  isTimedOut,
  NO_PROGRESS_DEADLINE,
  REASONS,
  type ObservedDeployment,
} from './deployment-status.ts';
import type { CountedReplicaSet } from './replica-counts.ts';

export interface ProgressedDeployment extends ObservedDeployment {
  readonly progressDeadlineSeconds: number;
}

/** A ReplicaSet as the rollout's status sees it. */
export interface RolledReplicaSet extends CountedReplicaSet {
  readonly status: CountedReplicaSet['status'] & { readonly replicaFailure: boolean };
}

export function newCondition(
  status: ProgressingCondition['status'],
  reason: string,
  nowMs: TimeMs,
): ProgressingCondition {
  const storedMs = truncateToSecond(nowMs);
  return { status, reason, lastUpdateMs: storedMs, lastTransitionMs: storedMs };
}

/** The condition after `next` was set: nothing changes for the same reason, the transition time only with the status. */
export function withCondition(
  current: ProgressingCondition | null,
  next: ProgressingCondition,
): ProgressingCondition {
  if (current === null || current.status !== next.status) return next;
  if (current.reason === next.reason) return current;
  return { ...next, lastTransitionMs: current.lastTransitionMs };
}

/** The status at the end of a sync of the rollout. */
export function rolloutStatusOf(
  deployment: ProgressedDeployment,
  newReplicaSet: RolledReplicaSet | null,
  all: readonly RolledReplicaSet[],
  nowMs: TimeMs,
): DeploymentStatus {
  const status = calculateStatus(deployment, newReplicaSet, all);
  return {
    ...status,
    progressing: nextProgressing(deployment, status, nowMs),
    replicaFailure: all.some((replicaSet) => replicaSet.status.replicaFailure),
  };
}

function nextProgressing(
  deployment: ProgressedDeployment,
  next: DeploymentStatus,
  nowMs: TimeMs,
): ProgressingCondition | null {
  const current = deployment.status.progressing;
  if (deployment.progressDeadlineSeconds === NO_PROGRESS_DEADLINE) return null;
  // Nothing rolls: scaling a settled Deployment is no progress to wait for.
  if (next.replicas === next.updatedReplicas && current?.reason === REASONS.available) return current;
  if (isComplete(deployment, next)) {
    return withCondition(current, newCondition('True', REASONS.available, nowMs));
  }
  if (isProgressing(deployment.status, next)) {
    const condition = newCondition('True', REASONS.updated, nowMs);
    // Unlike elsewhere the same reason is renewed: its update time is what the deadline counts from.
    return current?.status === 'True'
      ? { ...condition, lastTransitionMs: current.lastTransitionMs }
      : condition;
  }
  if (isTimedOut(deployment.progressDeadlineSeconds, current, nowMs)) {
    return withCondition(current, newCondition('False', REASONS.timedOut, nowMs));
  }
  return current;
}

/** When a Deployment without any sign of progress is to be looked at again: its deadline passes by itself. */
export type StuckCheck =
  | { readonly kind: 'none' }
  /** Less than a second is left: now, but rate-limited. */
  | { readonly kind: 'now' }
  | { readonly kind: 'after'; readonly remainingMs: DurationMs };

export function checkStuck(
  deployment: ProgressedDeployment,
  next: DeploymentStatus,
  nowMs: TimeMs,
): StuckCheck {
  const current = deployment.status.progressing;
  if (deployment.progressDeadlineSeconds === NO_PROGRESS_DEADLINE || current === null)
    return { kind: 'none' };
  if (isComplete(deployment, next) || current.reason === REASONS.timedOut) return { kind: 'none' };
  const remainingMs = current.lastUpdateMs + deployment.progressDeadlineSeconds * SECOND_MS - nowMs;
  return remainingMs < SECOND_MS ? { kind: 'now' } : { kind: 'after', remainingMs };
}

/** R-DEP-15: pausing suspends the deadline, resuming starts it anew; null when nothing is to be written. */
export function pausedCondition(
  deployment: {
    readonly paused: boolean;
    readonly progressDeadlineSeconds: number;
    readonly status: Pick<DeploymentStatus, 'progressing'>;
  },
  nowMs: TimeMs,
): ProgressingCondition | null {
  const current = deployment.status.progressing;
  if (deployment.progressDeadlineSeconds === NO_PROGRESS_DEADLINE) return null;
  // A lack of progress that was reported is not covered up.
  if (current?.reason === REASONS.timedOut) return null;
  const noted = current?.reason === REASONS.paused;
  if (deployment.paused === noted) return null;
  const reason = deployment.paused ? REASONS.paused : REASONS.resumed;
  return withCondition(current, newCondition('Unknown', reason, nowMs));
}
