/** Carries out the orders of a scenario row on the real controllers and says afterwards what stands there. */
import {
  pause,
  restart,
  resume,
  rolloutStatus,
  scale,
  undo,
  type Done,
} from '../../src/model/cluster/kubectl.ts';
import {
  findNewReplicaSet,
  findOldReplicaSets,
} from '../../src/model/cluster/deployment/replica-set-choice.ts';
import { newPodOf } from '../../src/model/cluster/replica-set/new-pod.ts';
import type { ReplicaSetObject } from '../../src/model/cluster/objects.ts';
import type { Deployment, ReplicaSet } from '../../src/scenario/scenario.ts';
import { RolloutBench, testDeployment } from '../unit/model/cluster/deployment/rollout-bench.ts';
import { testReplicaSet, testTemplate } from '../unit/model/cluster/test-cluster.ts';
import { AnyOf } from './compare.ts';
import { bounds, type DeploymentRow } from './deployment-rows.ts';
import type { Order } from './scenario-words.ts';

export interface ScenarioDeployment extends DeploymentRow {
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly podsNeverFinishTerminating?: boolean;
  readonly paused?: boolean;
  readonly template?: string;
  readonly revision?: number;
  readonly rollbackTo?: number;
}

const ORPHAN = 'orphan';
/** Long enough for everything to come to rest that is not waiting for a deadline. */
const SETTLE_MS = 120_000;
const COMPLETE_MS = 900_000;

export class ScenarioBench {
  readonly #bench: RolloutBench;
  #manifest: Deployment;
  #ready = true;
  #gate = false;
  #templates = 0;
  #refusal: string | null = null;
  #overlapped = false;
  #totalMax = 0;
  #availableMin = Number.POSITIVE_INFINITY;
  /** ReplicaSets that had pods when the step began. */
  #activeBefore: readonly string[] = [];
  #firstWrites: {
    deploymentUpdated: boolean;
    replicaSetsUpdated: boolean;
    rollbackToCleared: boolean;
  } | null = null;

  constructor(row: ScenarioDeployment) {
    this.#bench = new RolloutBench({
      startMs: () => (this.#ready ? 1000 : null),
      stopMs: () => (row.podsNeverFinishTerminating === true ? null : 1000),
    });
    this.#bench.onChange = () => {
      this.#watch();
    };
    this.#manifest = manifestOf(row);
    if (row.revision !== undefined) this.#settleAt(row.revision, row.rollbackTo ?? null);
  }

  /** @returns what the row's checks may look at */
  step(orders: readonly Order[]): Readonly<Record<string, unknown>> {
    this.#refusal = null;
    this.#overlapped = false;
    this.#activeBefore = this.#bench.replicaSets
      .filter(({ replicas }) => replicas > 0)
      .map(({ name }) => name);
    this.#totalMax = 0;
    this.#availableMin = Number.POSITIVE_INFINITY;
    const merged = orders.some((order) => order.do === 'template');
    for (const order of orders) this.#carryOut(order, merged);
    const completes = orders.some((order) => order.do === 'complete');
    const { nowMs } = this.#bench.context.simulation;
    if (completes) this.#runUntil(() => this.#isComplete(), nowMs + COMPLETE_MS);
    else this.#bench.run(nowMs + SETTLE_MS);
    return this.#facts();
  }

  #carryOut(order: Order, withTemplate: boolean): void {
    const { client } = this.#bench;
    const { name } = this.#manifest;
    switch (order.do) {
      case 'create':
        this.#manifest = { ...this.#manifest, paused: this.#manifest.paused || order.paused };
        this.#bench.apply(this.#manifest);
        return;
      case 'orphan':
        this.#addOrphan(order.replicas);
        return;
      case 'template':
        this.#apply({ template: this.#template(order.name) });
        return;
      case 'replicas':
        // With a new template beside it, it is one patch.
        if (order.by === 'apply') this.#manifest = { ...this.#manifest, replicas: order.count };
        if (order.by === 'scale') scale(client, name, order.count, this.#done);
        else if (!withTemplate) this.#apply({});
        return;
      case 'minReadySeconds':
        this.#apply({ minReadySeconds: order.seconds });
        return;
      case 'undo':
        if (!order.dryRun) this.#undo(order.revision);
        return;
      case 'pause':
        pause(client, name, this.#done);
        return;
      case 'resume':
        resume(client, name, this.#done);
        return;
      case 'restart':
        restart(client, name, this.#done);
        return;
      case 'status': {
        const { phase, message } = rolloutStatus(this.#bench.deployment, order.revision);
        if (phase === 'other-revision') this.#refusal = message;
        return;
      }
      case 'readiness':
        this.#ready = order.ready;
        return;
      case 'complete':
      case 'makeReady':
        this.#ready = true;
        this.#bench.makeReady();
        return;
      case 'gate':
        this.#gate = order.on;
        return;
      case 'syncOnce':
        this.#syncOnce();
        return;
      case 'wait':
        this.#bench.run(this.#bench.context.simulation.nowMs + order.seconds * 1000);
    }
  }

  readonly #done: Done = (refusal) => {
    this.#refusal = refusal;
  };

  #apply(change: Partial<Deployment>): void {
    this.#manifest = { ...this.#manifest, ...change };
    this.#bench.apply(this.#manifest);
  }

  #template(name: string | null): Deployment['template'] {
    this.#templates += 1;
    return { ...this.#manifest.template, hash: name ?? `template-${this.#templates}` };
  }

  #undo(revision: number | null): void {
    const { api } = this.#bench.context;
    const deployments = { get: (name: string) => api.read('Deployment', name) };
    undo(this.#bench.client, deployments, this.#bench.replicaSets, this.#manifest.name, revision, this.#done);
  }

  #addOrphan(replicas: number): void {
    const { api } = this.#bench.context;
    const counts = { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas };
    const status = { ...testReplicaSet().status, ...counts, fullyLabeledReplicas: replicas };
    const template = testTemplate({ hash: ORPHAN, labels: this.#manifest.template.labels });
    const wanted = testReplicaSet({
      name: ORPHAN,
      deployment: null,
      template,
      revision: 0,
      replicas,
      status,
    });
    const orphan = api.seed<'ReplicaSet'>(wanted, -3_600_000);
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      const running = { nodeName: 'worker-1', phase: 'Running', hasIp: true, ready: true } as const;
      api.seed<'Pod'>(
        { ...newPodOf(orphan, ordinal), ...running, readyTransitionMs: -3_600_000 },
        -3_600_000,
      );
    }
  }

  /** A Deployment that stands at a revision, with one of before, and with the order to go back. */
  #settleAt(revision: number, rollbackTo: number | null): void {
    const { kind: _kind, ...meta } = this.#manifest;
    const before: ReplicaSet = {
      ...meta,
      kind: 'ReplicaSet',
      name: `${meta.name}-before`,
      deployment: meta.name,
      revision: revision - 1,
      replicas: 0,
      template: { ...meta.template, hash: 'before' },
    };
    this.#bench.settle(this.#manifest, [before]);
    this.#bench.run(SETTLE_MS);
    this.#bench.client.update('Deployment', meta.name, (current) => ({ ...current, rollbackTo }));
  }

  /** Runs until the controller has cleared the order, which ends its sync. */
  #syncOnce(): void {
    const { simulation } = this.#bench.context;
    const versions = (): string => this.#bench.replicaSets.map((rs) => rs.resourceVersion).join(' ');
    this.#runUntil(() => this.#bench.deployment.rollbackTo !== null, simulation.nowMs + SETTLE_MS);
    const version = this.#bench.deployment.resourceVersion;
    const before = versions();
    this.#runUntil(() => this.#bench.deployment.rollbackTo === null, simulation.nowMs + SETTLE_MS);
    this.#firstWrites = {
      deploymentUpdated: this.#bench.deployment.resourceVersion !== version,
      replicaSetsUpdated: versions() !== before,
      rollbackToCleared: this.#bench.deployment.rollbackTo === null,
    };
  }

  #runUntil(reached: () => boolean, limitMs: number): void {
    const { simulation } = this.#bench.context;
    while (!reached() && simulation.nextTimeMs <= limitMs) simulation.step();
  }

  #isComplete(): boolean {
    const { simulation } = this.#bench.context;
    const caughtUp = [...this.#bench.context.api.readAll('Deployment').values()].every(
      (deployment) => rolloutStatus(deployment).done && deployment.generation > 0,
    );
    // A patch that is on its way has not raised the generation yet.
    return caughtUp && simulation.nowMs > 0 && this.#matchesManifest();
  }

  #matchesManifest(): boolean {
    const [deployment] = this.#bench.context.api.readAll('Deployment').values();
    return deployment !== undefined && deployment.manifest === this.#manifest;
  }

  #watch(): void {
    const owned = this.#bench.replicaSets.filter(({ deployment }) => deployment !== null);
    const spec = owned.reduce((sum, { replicas }) => sum + replicas, 0);
    const available = owned.reduce((sum, { status }) => sum + status.availableReplicas, 0);
    this.#totalMax = Math.max(this.#totalMax, spec);
    this.#availableMin = Math.min(this.#availableMin, available);
    const [deployment] = this.#bench.context.api.readAll('Deployment').values();
    if (deployment === undefined) return;
    const newest = findNewReplicaSet(deployment.template, owned);
    const owners = new Set(this.#bench.pods.map((pod) => pod.owner.name));
    if (newest !== null && owners.has(newest.name) && owners.size > 1) this.#overlapped = true;
  }

  // ---- what stands there

  #facts(): Readonly<Record<string, unknown>> {
    const [deployment] = this.#bench.context.api.readAll('Deployment').values();
    const facts = { error: this.#refusal !== null, ...this.#firstWrites };
    if (deployment === undefined) return facts;
    const { status } = deployment;
    const owned = this.#bench.replicaSets.filter((rs) => rs.deployment === deployment.name);
    const byAge = owned.filter((rs) => rs.name !== ORPHAN);
    const newest = findNewReplicaSet(deployment.template, owned);
    const reason = status.available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
    return {
      ...facts,
      revision: deployment.revision,
      template: deployment.template.hash,
      paused: deployment.paused,
      complete: rolloutStatus(deployment).done,
      progressing: status.progressing?.reason ?? null,
      collisionCount: status.collisionCount,
      available: new AnyOf(status.availableReplicas, reason),
      availableAtLeast: status.availableReplicas,
      status: {
        replicas: status.replicas,
        updated: status.updatedReplicas,
        ready: status.readyReplicas,
        available: status.availableReplicas,
        unavailable: status.unavailableReplicas,
        // The model's world is 1.36, where the field is there; a cluster with the gate off does not show it.
        terminating: this.#gate ? status.terminatingReplicas : null,
      },
      always: { totalAtMost: this.#totalMax, availableAtLeast: this.#availableMin },
      adopted: owned.find((rs) => rs.name === ORPHAN)?.replicas ?? null,
      first: describe(byAge[0]),
      second: describe(byAge[1]),
      replicaSets: owned.length,
      oldReplicaSets: findOldReplicaSets(deployment.template, owned).withPods.length,
      newRevision: newest?.revision ?? null,
      newRevisionHistory: newest?.revisionHistory ?? null,
      newPodsRunWithOldPods: this.#overlapped,
      desiredAnnotationOfAllReplicaSets: common(
        owned
          .filter((rs) => rs === newest || this.#activeBefore.includes(rs.name))
          .map((rs) => rs.desiredReplicasAnnotation),
      ),
    };
  }
}

function manifestOf(row: ScenarioDeployment): Deployment {
  const { replicas, strategy } = bounds({ maxSurge: '25%', maxUnavailable: '25%', ...row });
  const {
    minReadySeconds = 0,
    progressDeadlineSeconds = 600,
    revisionHistoryLimit = 10,
    paused = false,
  } = row;
  const { terminationGracePeriodSeconds = 30, template = 'template-0' } = row;
  return testDeployment({
    replicas,
    strategy,
    minReadySeconds,
    progressDeadlineSeconds,
    revisionHistoryLimit,
    paused,
    template: testTemplate({ hash: template, terminationGracePeriodSeconds }),
  });
}

/** A row names a ReplicaSet by its size alone or with what is available of it. */
function describe(replicaSet: ReplicaSetObject | undefined): unknown {
  if (replicaSet === undefined) return null;
  const { replicas, status } = replicaSet;
  return new AnyOf(replicas, { spec: replicas, available: status.availableReplicas });
}

function common(values: readonly (number | null)[]): number | null {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
}
