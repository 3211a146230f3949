/**
 * The ReplicaSet controller: keeps as many active pods as each ReplicaSet asks for (R-RS-1…7) and reports them.
 * It sees only its own caches, and waits until they show what it has done before it does more.
 */
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import type { ApiClient, WriteResult } from '../api-server.ts';
import type { ClusterContext } from '../cluster-context.ts';
import type { Informer } from '../informer.ts';
import { EventRecorder } from '../event-recorder.ts';
import type { PodObject, ReplicaSetObject, ReplicaSetStatus } from '../objects.ts';
import { retryingQueue } from '../retrying-queue.ts';
import type { WorkQueue } from '../work-queue.ts';
import { podsToDelete } from './deletion-order.ts';
import { Expectations } from './expectations.ts';
import { newPodOf } from './new-pod.ts';
import { OwnWrites } from './own-writes.ts';
import { nextReplicaSetCheck } from './pod-availability.ts';
import { activePods, claimedPods, terminatingPods } from './pod-filters.ts';
import { PodOrdinals } from './pod-ordinals.ts';
import { PodWriter } from './pod-writer.ts';
import { replicaDifference } from './replica-difference.ts';
import { countPods, isStatusCurrent, replicaFailureReason } from './replica-set-status.ts';
import { slowStartBatch } from './slow-start-batch.ts';

const NAME = 'replicaset-controller';
/** R-DEP-6. */
const WORKERS = 5;
const SLOW_START_INITIAL_BATCH = 1;

/** null: nothing failed. */
type Managed = (error: string | null) => void;

export class ReplicaSetController {
  readonly #simulation: Simulation;
  readonly #client: ApiClient;
  readonly #pods: PodWriter;
  readonly #garbageCollector: PodWriter;
  readonly #events: EventRecorder;
  readonly #replicaSetCache: Informer<'ReplicaSet'>;
  readonly #podCache: Informer<'Pod'>;
  readonly #queue: WorkQueue;
  readonly #expectations: Expectations = new Expectations();
  readonly #ownWrites: OwnWrites = new OwnWrites();
  readonly #ordinals: PodOrdinals = new PodOrdinals();

  constructor(context: ClusterContext) {
    const { api, simulation, timeline } = context;
    this.#simulation = simulation;
    this.#client = api.client(NAME, 20, 30);
    this.#events = new EventRecorder(simulation, this.#client);
    this.#pods = new PodWriter(simulation, timeline, this.#client);
    this.#garbageCollector = new PodWriter(simulation, timeline, api.client('garbage-collector', 20, 30));
    this.#queue = retryingQueue(context, NAME, WORKERS, (key, finish) => {
      this.#reconcile(key, finish);
    });
    this.#replicaSetCache = api.watch('ReplicaSet', NAME, {
      changed: (replicaSet) => {
        this.#ownWrites.seen('ReplicaSet', replicaSet.resourceVersion);
        this.#queue.add(replicaSet.name);
      },
      removed: (replicaSet) => {
        this.#expectations.forget(replicaSet.name);
        this.#ownWrites.forget(replicaSet.name);
        this.#queue.add(replicaSet.name);
      },
    });
    this.#podCache = api.watch('Pod', NAME, {
      groupOf: ({ owner }) => owner.name,
      changed: (pod, old) => {
        this.#podChanged(pod, old);
      },
      removed: (pod) => {
        this.#podDeleted(pod);
      },
    });
    // A controller that starts finds everything in its caches new.
    simulation.after(0, () => {
      for (const { name } of this.#replicaSetCache.list()) {
        const pods = this.#podsOf(name);
        if (pods.length > 0)
          this.#ordinals.begin(
            name,
            pods.map((pod) => pod.name),
          );
        this.#queue.add(name);
      }
    });
  }

  // ---- events

  #podChanged(pod: PodObject, old: PodObject | null): void {
    this.#ownWrites.seen('Pod', pod.resourceVersion);
    if (pod.owner.kind !== 'ReplicaSet') return;
    const key = pod.owner.name;
    if (pod.deletionMs !== null) {
      this.#podDeleted(pod);
      return;
    }
    if (old === null) this.#expectations.creationObserved(key);
    this.#queue.add(key);
    const minReadySeconds = this.#replicaSetCache.get(key)?.minReadySeconds ?? 0;
    // R-DEP-10: availability is no event of the pod, so the ReplicaSet looks again by itself.
    if (old !== null && !old.ready && pod.ready && minReadySeconds > 0)
      this.#queue.addAfter(key, minReadySeconds * SECOND_MS);
  }

  /** R-RS-3: a deletion is observed as soon as the pod is terminating. */
  #podDeleted(pod: PodObject): void {
    if (pod.owner.kind !== 'ReplicaSet') return;
    this.#expectations.deletionObserved(pod.owner.name, pod.name);
    this.#queue.add(pod.owner.name);
  }

  // ---- one sync

  #reconcile(key: string, finish: (succeeded: boolean) => void): void {
    if (!this.#ownWrites.visible(key)) {
      finish(false);
      return;
    }
    const replicaSet = this.#replicaSetCache.get(key);
    const pods = this.#podsOf(key);
    if (replicaSet === undefined) {
      this.#collectGarbage(pods);
      finish(true);
      return;
    }
    const active = activePods(pods);
    this.#manageReplicas(replicaSet, active, (error) => {
      // R-RS-4: the pods are those from before the writes, only the time has moved on.
      const nowMs = this.#simulation.nowMs;
      const reason = replicaFailureReason(
        replicaSet.status.replicaFailure ? '' : null,
        error !== null,
        active.length,
        replicaSet.replicas,
      );
      const status: ReplicaSetStatus = {
        ...countPods(replicaSet, active, terminatingPods(pods).length, nowMs),
        observedGeneration: replicaSet.generation,
        replicaFailure: reason !== null,
      };
      this.#writeStatus(replicaSet, status, (written) => {
        if (written && error === null) this.#lookAgainWhenAvailable(replicaSet, status, active, nowMs);
        finish(written && error === null);
      });
    });
  }

  /** A ReplicaSet's selector is part of its template's labels, and no pod changes its labels. */
  #podsOf(key: string): PodObject[] {
    const labels = this.#replicaSetCache.get(key)?.template.labels ?? {};
    return claimedPods({ kind: 'ReplicaSet', name: key }, labels, this.#podCache.group(key));
  }

  /** The pods of a ReplicaSet that is gone are deleted by the garbage collector. */
  #collectGarbage(pods: readonly PodObject[]): void {
    for (const pod of pods) {
      if (pod.deletionMs === null) this.#garbageCollector.delete(pod.name, null);
    }
  }

  #manageReplicas(replicaSet: ReplicaSetObject, active: readonly PodObject[], managed: Managed): void {
    if (!this.#expectations.satisfied(replicaSet.name, this.#simulation.nowMs)) {
      managed(null);
      return;
    }
    const { create, remove } = replicaDifference(active.length, replicaSet.replicas);
    if (create > 0) this.#create(replicaSet, create, managed);
    else if (remove > 0) this.#delete(replicaSet, active, remove, managed);
    else managed(null);
  }

  /** R-RS-1. */
  #create(replicaSet: ReplicaSetObject, count: number, managed: Managed): void {
    const key = replicaSet.name;
    this.#expectations.expectCreations(key, count, this.#simulation.nowMs);
    slowStartBatch(
      count,
      SLOW_START_INITIAL_BATCH,
      (report) => {
        this.#createOne(replicaSet, report);
      },
      ({ successes, error }) => {
        // What was refused or never tried will not be observed.
        for (let i = successes; i < count; i++) this.#expectations.creationObserved(key);
        managed(error);
      },
    );
  }

  #createOne(replicaSet: ReplicaSetObject, report: (error: string | null) => void): void {
    const key = replicaSet.name;
    const ordinal = this.#ordinals.take(key, () => this.#podsOf(key).map((pod) => pod.name));
    this.#pods.create(newPodOf(replicaSet, ordinal), (result) => {
      this.#events.record(`replicaset/${key}`);
      if (result.ok) this.#ownWrites.wrote(key, 'Pod', result.object.resourceVersion);
      else if (result.reason === 'refused') this.#ordinals.giveBack(key, ordinal);
      report(result.ok ? null : result.message);
    });
  }

  /** R-RS-2. */
  #delete(replicaSet: ReplicaSetObject, active: readonly PodObject[], count: number, managed: Managed): void {
    const key = replicaSet.name;
    const nowMs = this.#simulation.nowMs;
    const chosen = podsToDelete(active, this.#relatedPods(replicaSet), count, { nowMs, deletionCost: true });
    this.#expectations.expectDeletions(
      key,
      chosen.map((pod) => pod.name),
      nowMs,
    );
    let outstanding = chosen.length;
    for (const pod of chosen) {
      this.#pods.delete(pod.name, (result) => {
        if (result.ok) {
          this.#events.record(`replicaset/${key}`);
          this.#ownWrites.wrote(key, 'Pod', result.object.resourceVersion);
        } else {
          // It is gone already: the watch will not tell of this deletion.
          this.#expectations.deletionObserved(key, pod.name);
        }
        outstanding -= 1;
        if (outstanding === 0) managed(null);
      });
    }
  }

  /** R-RS-5: pods of every ReplicaSet of the same Deployment; of the ReplicaSet alone when it has none. */
  #relatedPods(replicaSet: ReplicaSetObject): PodObject[] {
    const { deployment } = replicaSet;
    if (deployment === null) return this.#podsOf(replicaSet.name);
    return this.#podCache
      .list()
      .filter((pod) => pod.owner.kind === 'ReplicaSet' && pod.deployment === deployment);
  }

  // ---- status

  /** Written only when it differs, and once more on the object as it is now when someone else has written it. */
  #writeStatus(
    replicaSet: ReplicaSetObject,
    status: ReplicaSetStatus,
    done: (written: boolean) => void,
  ): void {
    if (isStatusCurrent(replicaSet, status)) {
      done(true);
      return;
    }
    const key = replicaSet.name;
    const write = (resourceVersion: number, answered: (result: WriteResult<'ReplicaSet'>) => void): void => {
      this.#client.update(
        'ReplicaSet',
        key,
        (current) => (current.resourceVersion === resourceVersion ? { ...current, status } : null),
        answered,
      );
    };
    const finish = (result: WriteResult<'ReplicaSet'>): void => {
      if (result.ok) this.#ownWrites.wrote(key, 'ReplicaSet', result.object.resourceVersion);
      done(result.ok);
    };
    write(replicaSet.resourceVersion, (first) => {
      if (first.ok || first.reason !== 'conflict') {
        finish(first);
        return;
      }
      this.#client.update(
        'ReplicaSet',
        key,
        (current) => current,
        (read) => {
          if (read.ok) write(read.object.resourceVersion, finish);
          else finish(read);
        },
      );
    });
  }

  /** R-DEP-10. */
  #lookAgainWhenAvailable(
    replicaSet: ReplicaSetObject,
    status: ReplicaSetStatus,
    active: readonly PodObject[],
    evaluatedMs: number,
  ): void {
    const delayMs = nextReplicaSetCheck(
      status,
      active,
      replicaSet.minReadySeconds,
      evaluatedMs,
      this.#simulation.nowMs,
    );
    if (delayMs !== null) this.#queue.addAfter(replicaSet.name, delayMs);
  }
}
