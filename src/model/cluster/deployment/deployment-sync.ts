/**
 * One sync of one Deployment: what the controller reads from its caches when it begins, and the steps that the
 * strategies are written in. Every write carries the version that was read, so that a stale one is refused.
 */
import type { TimeMs } from '../../../kernel/time.ts';
import type { PodReplacementPolicy, ReplicaSetRoles, Rollout } from '../../rollout/strategy.ts';
import type { DeploymentObject, DeploymentStatus, PodObject, ReplicaSetObject } from '../objects.ts';
import { attempt, demand, SyncError, type ApiSteps } from './api-steps.ts';
import {
  calculateStatus,
  isComplete,
  NO_PROGRESS_DEADLINE,
  REASONS,
  sameStatus,
} from './deployment-status.ts';
import { newReplicaSetSize, occupiedReplicas } from './new-replica-set-size.ts';
import { newReplicaSetOf } from './new-replica-set.ts';
import { newCondition, pausedCondition, rolloutStatusOf, withCondition } from './progress.ts';
import { equalIgnoringHash, findNewReplicaSet, findOldReplicaSets, withNew } from './replica-set-choice.ts';
import { replicasAnnotationsFor, replicasAnnotationsNeedUpdate } from './replicas-annotations.ts';
import { maxRevision, raiseRevision } from './revisions.ts';
import { replicaSetsToDelete } from './revision-cleanup.ts';

/** What a sync tells its controller. */
export interface SyncReports {
  now(): TimeMs;
  /** What the cache holds of this name, whoever owns it. */
  cachedReplicaSet(name: string): ReplicaSetObject | undefined;
  /** A size was stored. */
  scaled(deployment: string, replicaSet: string, replicas: number): void;
  /** A ReplicaSet has become the newest. */
  revised(deployment: string, revision: number, undo: boolean): void;
  /** The status at the end of a rollout's sync, and whether it had to be written. */
  statusSynced(deployment: DeploymentObject, status: DeploymentStatus, written: boolean): void;
}

export class DeploymentSync implements Rollout {
  /** As read, with what this sync has written to its status since. */
  deployment: DeploymentObject;
  readonly pods: readonly PodObject[];
  readonly podReplacementPolicy: PodReplacementPolicy;
  readonly #replicaSets: readonly ReplicaSetObject[];
  readonly #reports: SyncReports;
  #roles: ReplicaSetRoles | null = null;

  constructor(
    deployment: DeploymentObject,
    replicaSets: readonly ReplicaSetObject[],
    pods: readonly PodObject[],
    podReplacementPolicy: PodReplacementPolicy,
    reports: SyncReports,
  ) {
    this.deployment = deployment;
    this.pods = pods;
    this.podReplacementPolicy = podReplacementPolicy;
    this.#replicaSets = replicaSets;
    this.#reports = reports;
  }

  get complete(): boolean {
    return isComplete(this.deployment, this.deployment.status);
  }

  /** What `syncRevision` finds when an earlier sync has noted it all, as in most of a rollout; null otherwise. */
  get notedRoles(): ReplicaSetRoles | null {
    const found = this.#found();
    return this.#isNoted(found) ? found : null;
  }

  *syncRevision(create: boolean): ApiSteps<ReplicaSetRoles> {
    const noted = this.notedRoles;
    if (noted !== null) return noted;
    const { newReplicaSet: existing, oldReplicaSets } = this.#found();
    const revision = maxRevision(oldReplicaSets) + 1;
    if (existing !== null) {
      return { newReplicaSet: yield* this.#adoptAsNew(existing, revision), oldReplicaSets };
    }
    const newReplicaSet = create ? yield* this.#createNew(oldReplicaSets, revision) : null;
    return { newReplicaSet, oldReplicaSets };
  }

  begin(oldReplicaSets: readonly ReplicaSetObject[]): void {
    this.#reports.revised(this.deployment.name, maxRevision(oldReplicaSets) + 1, false);
  }

  *scale(replicaSet: ReplicaSetObject, replicas: number, forced = false): ApiSteps<ReplicaSetObject> {
    const sizeDiffers = replicaSet.replicas !== replicas;
    if (!sizeDiffers && !forced) return replicaSet;
    const annotations = replicasAnnotationsFor(this.deployment);
    const { desiredReplicasAnnotation: desired, maxReplicasAnnotation: max } = annotations;
    if (!sizeDiffers && !replicasAnnotationsNeedUpdate(replicaSet, desired, max)) return replicaSet;
    return yield* this.#updateReplicaSet(replicaSet, { replicas, ...annotations });
  }

  *cleanUpHistory(oldReplicaSets: readonly ReplicaSetObject[]): ApiSteps<void> {
    for (const { name } of replicaSetsToDelete(oldReplicaSets, this.deployment.revisionHistoryLimit)) {
      const answer = yield* attempt<'ReplicaSet'>((client, done) => {
        client.remove('ReplicaSet', name, done);
      });
      if (!answer.ok && answer.reason !== 'not-found') throw new SyncError(answer.message);
    }
  }

  *syncStatus({ newReplicaSet, oldReplicaSets }: ReplicaSetRoles): ApiSteps<void> {
    const all = withNew(oldReplicaSets, newReplicaSet);
    const status = rolloutStatusOf(this.deployment, newReplicaSet, all, this.#reports.now());
    const differs = !sameStatus(this.deployment.status, status);
    if (differs) yield* this.#updateStatus({ status });
    this.#reports.statusSynced(this.deployment, status, differs);
  }

  /** The counts only: after a scaling, or while paused (R-DEP-15, R-DEP-16). */
  *syncCounts({ newReplicaSet, oldReplicaSets }: ReplicaSetRoles): ApiSteps<void> {
    const status = calculateStatus(this.deployment, newReplicaSet, withNew(oldReplicaSets, newReplicaSet));
    if (!sameStatus(this.deployment.status, status)) yield* this.#updateStatus({ status });
  }

  /** R-DEP-15: what pausing or resuming makes of the Progressing condition; null: nothing. */
  get pausedCondition(): DeploymentStatus['progressing'] {
    return pausedCondition(this.deployment, this.#reports.now());
  }

  *writeCondition(progressing: DeploymentStatus['progressing']): ApiSteps<void> {
    yield* this.#updateStatus({ status: { ...this.deployment.status, progressing } });
  }

  /** Carries out the deprecated order to go back: the template of that revision, and the order is cleared. */
  *rollBack(template: DeploymentObject['template'] | null): ApiSteps<void> {
    const { name, resourceVersion } = this.deployment;
    yield* demand<'Deployment'>((client, done) => {
      client.update(
        'Deployment',
        name,
        (current) => {
          if (current.resourceVersion !== resourceVersion) return null;
          const cleared = { ...current, rollbackTo: null };
          if (template === null || equalIgnoringHash(template, current.template)) return cleared;
          return { ...cleared, template, generation: current.generation + 1 };
        },
        done,
      );
    });
  }

  /** Found once: what this sync writes changes neither the template nor what it has read. */
  #found(): ReplicaSetRoles {
    this.#roles ??= {
      newReplicaSet: findNewReplicaSet(this.deployment.template, this.#replicaSets),
      oldReplicaSets: findOldReplicaSets(this.deployment.template, this.#replicaSets).all,
    };
    return this.#roles;
  }

  /** Whether `#adoptAsNew` has nothing to write. */
  #isNoted({ newReplicaSet: existing, oldReplicaSets }: ReplicaSetRoles): boolean {
    const { minReadySeconds, revision, progressDeadlineSeconds, status } = this.deployment;
    return (
      existing !== null &&
      existing.revision > maxRevision(oldReplicaSets) &&
      existing.minReadySeconds === minReadySeconds &&
      existing.revision === revision &&
      (status.progressing !== null || progressDeadlineSeconds === NO_PROGRESS_DEADLINE)
    );
  }

  /** The ReplicaSet of the Deployment's template exists: it must carry the newest revision (R-DEP-19). */
  *#adoptAsNew(existing: ReplicaSetObject, revision: number): ApiSteps<ReplicaSetObject> {
    const raised = raiseRevision(existing, revision);
    const { minReadySeconds } = this.deployment;
    if (raised !== existing || existing.minReadySeconds !== minReadySeconds) {
      const { revision: newest, revisionHistory } = raised;
      const change = { revision: newest, revisionHistory, minReadySeconds };
      const updated = yield* this.#updateReplicaSet(existing, change);
      if (raised !== existing) this.#reports.revised(this.deployment.name, newest, existing.revision > 0);
      return updated;
    }
    yield* this.#noteNewReplicaSet(existing.revision, this.#progressingUnlessSet());
    return existing;
  }

  *#createNew(oldReplicaSets: readonly ReplicaSetObject[], revision: number): ApiSteps<ReplicaSetObject> {
    const { deployment } = this;
    const occupied = occupiedReplicas(oldReplicaSets, this.podReplacementPolicy);
    const replicas = newReplicaSetSize(deployment, occupied, 0);
    const wanted = newReplicaSetOf(deployment, revision, replicas);
    const answer = yield* attempt<'ReplicaSet'>((client, done) => {
      client.create(wanted, done);
    });
    if (!answer.ok) return yield* this.#takeExisting(wanted.name, answer.message, revision);
    this.#reports.revised(deployment.name, revision, false);
    this.#reports.scaled(deployment.name, wanted.name, replicas);
    const progressing = this.#withDeadline(REASONS.created);
    yield* this.#noteNewReplicaSet(revision, progressing);
    return answer.object;
  }

  /** The name is taken: by what an earlier sync created and the cache did not show, or by another template. */
  *#takeExisting(name: string, message: string, revision: number): ApiSteps<ReplicaSetObject> {
    const { deployment } = this;
    const cached = this.#reports.cachedReplicaSet(name);
    if (cached === undefined) throw new SyncError(message);
    if (cached.deployment === deployment.name && equalIgnoringHash(cached.template, deployment.template)) {
      yield* this.#noteNewReplicaSet(revision, deployment.status.progressing);
      return cached;
    }
    const collisionCount = deployment.status.collisionCount + 1;
    yield* this.#updateStatus({ status: { ...deployment.status, collisionCount } });
    throw new SyncError(message);
  }

  *#noteNewReplicaSet(revision: number, progressing: DeploymentStatus['progressing']): ApiSteps<void> {
    const { deployment } = this;
    if (deployment.revision === revision && deployment.status.progressing === progressing) return;
    yield* this.#updateStatus({ revision, status: { ...deployment.status, progressing } });
  }

  #progressingUnlessSet(): DeploymentStatus['progressing'] {
    return this.deployment.status.progressing ?? this.#withDeadline(REASONS.found);
  }

  #withDeadline(reason: string): DeploymentStatus['progressing'] {
    const { progressDeadlineSeconds, status } = this.deployment;
    if (progressDeadlineSeconds === NO_PROGRESS_DEADLINE) return status.progressing;
    return withCondition(status.progressing, newCondition('True', reason, this.#reports.now()));
  }

  #updateReplicaSet(read: ReplicaSetObject, change: Partial<ReplicaSetObject>): ApiSteps<ReplicaSetObject> {
    return demand<'ReplicaSet'>((client, done) => {
      client.update(
        'ReplicaSet',
        read.name,
        (current) => {
          if (current.resourceVersion !== read.resourceVersion) return null;
          const next = { ...current, ...change };
          const specChanged =
            next.replicas !== current.replicas || next.minReadySeconds !== current.minReadySeconds;
          if (next.replicas !== current.replicas)
            this.#reports.scaled(this.deployment.name, read.name, next.replicas);
          return specChanged ? { ...next, generation: current.generation + 1 } : next;
        },
        done,
      );
    });
  }

  /**
   * The copy at hand keeps the version that was read, as Kubernetes' does: a second status write in one sync is
   * refused, and the sync is tried again.
   */
  #updateStatus(change: Partial<Pick<DeploymentObject, 'status' | 'revision'>>): ApiSteps<DeploymentObject> {
    const { name, resourceVersion } = this.deployment;
    this.deployment = { ...this.deployment, ...change };
    const { status, revision } = this.deployment;
    return demand<'Deployment'>((client, done) => {
      client.update(
        'Deployment',
        name,
        (current) => (current.resourceVersion === resourceVersion ? { ...current, status, revision } : null),
        done,
      );
    });
  }
}
