/**
 * What a rollout strategy is: one step of reconciliation, taken anew at every sync of the Deployment controller,
 * written in terms of what the controller can read and do.
 */
import type { ApiSteps } from '../cluster/deployment/api-steps.ts';
import type { DeploymentObject, PodObject, ReplicaSetObject } from '../cluster/objects.ts';

/** The ReplicaSets of a Deployment as the controller's cache has them, the old ones oldest first. */
export interface ReplicaSetRoles {
  readonly newReplicaSet: ReplicaSetObject | null;
  readonly oldReplicaSets: readonly ReplicaSetObject[];
}

/** One sync of one Deployment, as a strategy sees it. Every step that writes can end the sync with a SyncError. */
export interface Rollout {
  readonly deployment: DeploymentObject;
  readonly podReplacementPolicy: PodReplacementPolicy;
  /** Whether the status already says that the rollout is complete (R-DEP-12). */
  readonly complete: boolean;
  /** Pod objects of all its ReplicaSets, terminating and ended ones included; for a strategy that reads pods. */
  readonly pods: readonly PodObject[];
  /** What `syncRevision` finds when it has nothing to write, as in most syncs; null otherwise. */
  readonly notedRoles: ReplicaSetRoles | null;
  /** Finds the new ReplicaSet and gives it the newest revision; creates it when there is none and `create` is set. */
  syncRevision(create: boolean): ApiSteps<ReplicaSetRoles>;
  /** Notes that the rollout to a template without a ReplicaSet is under way; `syncRevision` notes all others. */
  begin(oldReplicaSets: readonly ReplicaSetObject[]): void;
  /** Writes a size when it differs; returns the ReplicaSet as stored. */
  scale(replicaSet: ReplicaSetObject, replicas: number): ApiSteps<ReplicaSetObject>;
  /** Deletes ReplicaSets beyond the history that is kept (R-DEP-21). */
  cleanUpHistory(oldReplicaSets: readonly ReplicaSetObject[]): ApiSteps<void>;
  /** Writes the status when it differs, and sees to it that a passing deadline is noticed. */
  syncStatus(roles: ReplicaSetRoles): ApiSteps<void>;
}

/**
 * Whether a pod's successor may come once it is terminating, as Kubernetes does, or only once it is gone, as
 * KEP-3973 proposes (R-DEP-22).
 */
export type PodReplacementPolicy = 'TerminationStarted' | 'TerminationComplete';

export interface RolloutStrategy {
  /** Whether it looks at pods besides the ReplicaSets, which for thousands of them is not for nothing. */
  readonly readsPods: boolean;
  reconcile(rollout: Rollout): ApiSteps<void>;
}
