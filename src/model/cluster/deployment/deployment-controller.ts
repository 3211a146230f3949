/**
 * The Deployment controller: keeps one ReplicaSet per template and moves pods from the old ones to the new one
 * (R-DEP-1 … R-DEP-24). It sees the world only through its own caches (R-GEN-1).
 */
import { SECOND_MS } from '../../../kernel/time.ts';
import { recreate, requeuesOnPodDeletion } from '../../rollout/recreate.ts';
import { rollingUpdate } from '../../rollout/rolling.ts';
import type { PodReplacementPolicy, ReplicaSetRoles, RolloutStrategy } from '../../rollout/strategy.ts';
import type { ApiClient } from '../api-server.ts';
import type { ClusterContext } from '../cluster-context.ts';
import type { Informer } from '../informer.ts';
import {
  selects,
  type DeploymentObject,
  type DeploymentStatus,
  type PodObject,
  type ReplicaSetObject,
} from '../objects.ts';
import { EventRecorder } from '../event-recorder.ts';
import { WorkQueue } from '../work-queue.ts';
import { demand, runSteps, type ApiSteps } from './api-steps.ts';
import { DeploymentSync, type SyncReports } from './deployment-sync.ts';
import { isComplete, REASONS } from './deployment-status.ts';
import { checkStuck } from './progress.ts';
import { isScalingEvent, planScaling } from './proportional-scaling.ts';
import { withNew } from './replica-set-choice.ts';
import { lastRevision } from './revisions.ts';
import { RolloutLog } from './rollout-log.ts';

const WORKERS = 5;
const CLIENT_QPS = 20;
const CLIENT_BURST = 30;
/** R-GEN-3: after this many failures in a row the key waits for its next event. */
const RETRIES_MAX = 15;

const STRATEGIES: Readonly<Record<DeploymentObject['strategy']['type'], RolloutStrategy>> = {
  RollingUpdate: rollingUpdate,
  Recreate: recreate,
};

export interface DeploymentControllerOptions {
  /** R-DEP-22: Kubernetes 1.36 has no field for it and does not wait. */
  readonly podReplacementPolicy?: PodReplacementPolicy;
}

export class DeploymentController {
  readonly #context: ClusterContext;
  readonly #client: ApiClient;
  readonly #queue: WorkQueue;
  readonly #deployments: Informer<'Deployment'>;
  readonly #replicaSets: Informer<'ReplicaSet'>;
  readonly #pods: Informer<'Pod'>;
  readonly #events: EventRecorder;
  readonly #log: RolloutLog;
  readonly #podReplacementPolicy: PodReplacementPolicy;
  readonly #reports: SyncReports;

  constructor(context: ClusterContext, options: DeploymentControllerOptions = {}) {
    this.#context = context;
    this.#podReplacementPolicy = options.podReplacementPolicy ?? 'TerminationStarted';
    this.#client = context.api.client('deployment-controller', CLIENT_QPS, CLIENT_BURST);
    this.#events = new EventRecorder(context.simulation, this.#client);
    this.#log = new RolloutLog(context);
    this.#reports = this.#makeReports();
    const syncLatency = context.latencies.of('controllerSync', 'deployment-controller');
    this.#queue = new WorkQueue(context.simulation, WORKERS, (key, done) => {
      context.simulation.after(syncLatency.sample(), () => {
        this.#process(key, done);
      });
    });
    const watcher = 'deployment-controller';
    this.#deployments = context.api.watch('Deployment', watcher, {
      changed: (deployment) => {
        this.#queue.add(deployment.name);
      },
    });
    this.#replicaSets = context.api.watch('ReplicaSet', watcher, {
      changed: (replicaSet, old) => {
        this.#replicaSetChanged(replicaSet, old);
      },
      removed: (replicaSet) => {
        this.#enqueueOwner(replicaSet.deployment);
      },
    });
    this.#pods = context.api.watch('Pod', watcher, {
      selects: ({ owner }) => owner.kind === 'ReplicaSet',
      groupOf: ({ owner }) => owner.name,
      removed: (pod) => {
        this.#podRemoved(pod);
      },
    });
    // A controller that starts finds everything in its caches new.
    context.simulation.after(0, () => {
      for (const deployment of this.#deployments.list()) this.#queue.add(deployment.name);
    });
  }

  // ---- what wakes it

  #enqueueOwner(deployment: string | null): void {
    if (deployment !== null && this.#deployments.get(deployment) !== undefined) this.#queue.add(deployment);
  }

  #replicaSetChanged(replicaSet: ReplicaSetObject, old: ReplicaSetObject | null): void {
    if (old !== null && old.deployment !== replicaSet.deployment) this.#enqueueOwner(old.deployment);
    if (replicaSet.deployment !== null) {
      this.#enqueueOwner(replicaSet.deployment);
      return;
    }
    // An orphan: whoever selects it may adopt it.
    for (const deployment of this.#deployments.list()) {
      if (selects(deployment.selector, replicaSet.template.labels)) this.#queue.add(deployment.name);
    }
  }

  /** R-DEP-20: the last pod that goes lets a Recreate Deployment go on. */
  #podRemoved(pod: PodObject): void {
    const replicaSet = this.#replicaSets.get(pod.owner.name);
    const deployment =
      replicaSet?.deployment == null ? undefined : this.#deployments.get(replicaSet.deployment);
    if (deployment?.strategy.type !== 'Recreate') return;
    const left = this.#podsOf(this.#replicaSets.list().filter((rs) => rs.deployment === deployment.name));
    if (requeuesOnPodDeletion(replicaSet !== undefined, left.length)) this.#queue.add(deployment.name);
  }

  // ---- one sync

  #process(key: string, done: () => void): void {
    const deployment = this.#deployments.get(key);
    if (deployment === undefined) {
      this.#queue.forget(key);
      done();
      return;
    }
    runSteps(this.#client, this.#sync(deployment), (failure) => {
      if (failure === null || this.#queue.failures(key) >= RETRIES_MAX) this.#queue.forget(key);
      else this.#queue.addRateLimited(key);
      done();
    });
  }

  /** R-DEP-4, in this order. */
  *#sync(deployment: DeploymentObject): ApiSteps<void> {
    const replicaSets = this.#undisputed(deployment) ?? (yield* this.#claimReplicaSets(deployment));
    const strategy = STRATEGIES[deployment.strategy.type];
    const sync = new DeploymentSync(
      deployment,
      replicaSets,
      strategy.readsPods ? this.#podsOf(replicaSets) : [],
      this.#podReplacementPolicy,
      this.#reports,
    );
    this.#log.send(deployment.name, { type: deployment.paused ? 'paused' : 'resumed' });
    const paused = sync.pausedCondition;
    if (paused !== null) yield* sync.writeCondition(paused);
    if (deployment.paused) return yield* this.#syncScale(sync);
    if (deployment.rollbackTo !== null) return yield* this.#rollBack(sync, deployment.rollbackTo);
    const roles = sync.notedRoles ?? (yield* sync.syncRevision(false));
    if (wasScaled(deployment, roles)) return yield* this.#syncScale(sync);
    yield* strategy.reconcile(sync);
  }

  /** Its own ReplicaSets when none is to be adopted or released; null otherwise. */
  #undisputed({ name, selector }: DeploymentObject): ReplicaSetObject[] | null {
    const own: ReplicaSetObject[] = [];
    for (const replicaSet of this.#replicaSets.values()) {
      const matches = selects(selector, replicaSet.template.labels);
      const owned = replicaSet.deployment === name;
      if (owned ? !matches : matches && replicaSet.deployment === null) return null;
      if (owned) own.push(replicaSet);
    }
    return own;
  }

  /** Its own ReplicaSets, with orphans that it selects adopted and those that it no longer selects released. */
  *#claimReplicaSets(deployment: DeploymentObject): ApiSteps<ReplicaSetObject[]> {
    const claimed: ReplicaSetObject[] = [];
    for (const replicaSet of this.#replicaSets.list()) {
      const matches = selects(deployment.selector, replicaSet.template.labels);
      const owned = replicaSet.deployment === deployment.name;
      if (owned && !matches) yield* this.#setOwner(replicaSet, null);
      if (!owned && replicaSet.deployment === null && matches)
        yield* this.#setOwner(replicaSet, deployment.name);
      if (matches && (owned || replicaSet.deployment === null)) claimed.push(replicaSet);
    }
    return claimed;
  }

  *#setOwner(replicaSet: ReplicaSetObject, deployment: string | null): ApiSteps<void> {
    yield* demand<'ReplicaSet'>((client, done) => {
      client.update('ReplicaSet', replicaSet.name, (current) => ({ ...current, deployment }), done);
    });
  }

  /** R-DEP-15, R-DEP-16. */
  *#syncScale(sync: DeploymentSync): ApiSteps<void> {
    const roles = yield* sync.syncRevision(false);
    const scalings = planScaling(sync.deployment, roles.newReplicaSet, roles.oldReplicaSets);
    for (const { replicaSet, replicas, forced } of scalings) yield* sync.scale(replicaSet, replicas, forced);
    const { paused, rollbackTo } = sync.deployment;
    if (paused && rollbackTo === null) yield* sync.cleanUpHistory(roles.oldReplicaSets);
    yield* sync.syncCounts(roles);
  }

  *#rollBack(sync: DeploymentSync, rollbackTo: number): ApiSteps<void> {
    const roles = yield* sync.syncRevision(true);
    const all = withNew(roles.oldReplicaSets, roles.newReplicaSet);
    const revision = rollbackTo === 0 ? lastRevision(all) : rollbackTo;
    const target = revision === 0 ? undefined : all.find((replicaSet) => replicaSet.revision === revision);
    yield* sync.rollBack(target?.template ?? null);
  }

  #podsOf(replicaSets: readonly ReplicaSetObject[]): PodObject[] {
    return replicaSets.flatMap(({ name }) => [...this.#pods.group(name)]);
  }

  // ---- what it leaves behind

  #makeReports(): SyncReports {
    const { simulation, timeline } = this.#context;
    return {
      now: () => simulation.nowMs,
      cachedReplicaSet: (name) => this.#replicaSets.get(name),
      scaled: (deployment, replicaSet, replicas) => {
        this.#events.record(`deployment/${deployment}`);
        timeline.note('replica-set-scaled', `replicaset/${replicaSet}`, { value: replicas });
      },
      revised: (deployment, revision, undo) => {
        this.#log.send(deployment, { type: 'revised', revision, undo });
      },
      statusSynced: (deployment, status, written) => {
        this.#statusSynced(deployment, status, written);
      },
    };
  }

  #statusSynced(deployment: DeploymentObject, status: DeploymentStatus, written: boolean): void {
    const { name } = deployment;
    if (isComplete(deployment, status)) this.#log.send(name, { type: 'completed' });
    else if (status.progressing?.reason === REASONS.timedOut)
      this.#log.send(name, { type: 'deadlineExceeded' });
    else this.#log.send(name, { type: 'progressed' });
    if (!written) this.#requeueStuck(deployment, status);
  }

  /** R-DEP-14: nobody tells the controller that a deadline has passed. */
  #requeueStuck(deployment: DeploymentObject, status: DeploymentStatus): void {
    const check = checkStuck(deployment, status, this.#context.simulation.nowMs);
    if (check.kind === 'now') this.#queue.addRateLimited(deployment.name);
    // One more second keeps the deadline safely in the past.
    if (check.kind === 'after') this.#queue.addAfter(deployment.name, check.remainingMs + SECOND_MS);
  }
}

function wasScaled(
  { replicas }: DeploymentObject,
  { newReplicaSet, oldReplicaSets }: ReplicaSetRoles,
): boolean {
  return (
    isScalingEvent(replicas, oldReplicaSets) ||
    (newReplicaSet !== null && isScalingEvent(replicas, [newReplicaSet]))
  );
}
