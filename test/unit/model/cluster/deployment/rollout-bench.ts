/**
 * The Deployment and the ReplicaSet controller together, over a kubelet that only keeps time: a pod becomes
 * available after its start time and is gone after its termination time.
 */
import { truncateToSecond } from '../../../../../src/kernel/time.ts';
import type { ApiClient } from '../../../../../src/model/cluster/api-server.ts';
import type { ClusterContext } from '../../../../../src/model/cluster/cluster-context.ts';
import {
  DeploymentController,
  type DeploymentControllerOptions,
} from '../../../../../src/model/cluster/deployment/deployment-controller.ts';
import { seedDeployment } from '../../../../../src/model/cluster/deployment/seed-deployment.ts';
import { apply } from '../../../../../src/model/cluster/kubectl.ts';
import {
  isActive,
  type DeploymentObject,
  type PodObject,
  type ReplicaSetObject,
} from '../../../../../src/model/cluster/objects.ts';
import { newPodOf } from '../../../../../src/model/cluster/replica-set/new-pod.ts';
import { ReplicaSetController } from '../../../../../src/model/cluster/replica-set/replica-set-controller.ts';
import type { Profile } from '../../../../../src/scenario/profile.ts';
import type { Deployment, ReplicaSet } from '../../../../../src/scenario/scenario.ts';
import { constantProfile, testCluster, testTemplate } from '../test-cluster.ts';

const SETTLED_MS = -3_600_000;

export interface BenchOptions {
  readonly seed?: number;
  readonly profile?: Profile;
  /** Milliseconds from creation to Ready; null: it never becomes ready. */
  readonly startMs?: (pod: PodObject) => number | null;
  /** Milliseconds from deletion to removal; null: it stays for ever. */
  readonly stopMs?: (pod: PodObject) => number | null;
  readonly controller?: DeploymentControllerOptions;
}

/** Extremes over every instant since the bench was made. */
export interface Extremes {
  podsMax: number;
  availableMin: number;
  specMax: number;
}

export class RolloutBench {
  readonly context: ClusterContext;
  readonly client: ApiClient;
  readonly controllers: readonly unknown[];
  readonly extremes: Extremes = { podsMax: 0, availableMin: Number.POSITIVE_INFINITY, specMax: 0 };
  startMs: (pod: PodObject) => number | null;
  stopMs: (pod: PodObject) => number | null;
  /** Called after every stored change. */
  onChange: () => void = () => {};

  constructor(options: BenchOptions = {}) {
    const { seed = 1, profile = constantProfile(12.5) } = options;
    this.context = testCluster({ seed, profile });
    this.client = this.context.api.client('test', 1e6, 1e6);
    this.startMs = options.startMs ?? (() => 10_000);
    this.stopMs = options.stopMs ?? (() => 2000);
    this.#keepTime();
    this.controllers = [
      new ReplicaSetController(this.context),
      new DeploymentController(this.context, options.controller),
    ];
    this.context.api.observe(() => {
      this.#measure();
      this.onChange();
    });
  }

  /** A Deployment that has long been rolled out, with its pods. */
  settle(manifest: Deployment, history: readonly ReplicaSet[] = []): ReplicaSetObject {
    const { api } = this.context;
    const replicaSet = seedDeployment(api, manifest, history, SETTLED_MS);
    for (let ordinal = 0; ordinal < manifest.replicas; ordinal++) {
      const running = { nodeName: 'worker-1', phase: 'Running', hasIp: true, ready: true } as const;
      const pod = { ...newPodOf(replicaSet, ordinal), ...running, readyTransitionMs: SETTLED_MS };
      api.seed<'Pod'>(pod, SETTLED_MS);
    }
    this.#measure();
    return replicaSet;
  }

  apply(manifest: Deployment): void {
    apply(this.client, manifest, (refusal) => {
      if (refusal !== null) throw new Error(refusal);
    });
  }

  run(untilMs: number): void {
    this.context.simulation.runUntil(untilMs);
  }

  get deployment(): DeploymentObject {
    const [deployment] = this.context.api.readAll('Deployment').values();
    if (deployment === undefined) throw new Error('no Deployment is stored');
    return deployment;
  }

  /** Oldest first. */
  get replicaSets(): ReplicaSetObject[] {
    return [...this.context.api.readAll('ReplicaSet').values()].sort((a, b) => a.revision - b.revision);
  }

  get pods(): PodObject[] {
    return [...this.context.api.readAll('Pod').values()];
  }

  get available(): PodObject[] {
    return this.pods.filter((pod) => isActive(pod) && pod.ready);
  }

  /** Sizes by name of ReplicaSet, as intended. */
  get sizes(): Record<string, number> {
    return Object.fromEntries(this.replicaSets.map((replicaSet) => [replicaSet.name, replicaSet.replicas]));
  }

  /** Time of the first event of this kind; undefined when there is none. */
  timeOf(kind: string): number | undefined {
    return this.context.timeline.events.find((event) => event.kind === kind)?.timeMs;
  }

  /** Makes pods ready now that would not have become so. */
  makeReady(chosen: (pod: PodObject) => boolean = () => true): void {
    for (const pod of this.pods) {
      if (pod.deletionMs === null && !pod.ready && chosen(pod)) this.#ready(pod.name);
    }
  }

  #ready(name: string): void {
    this.client.update('Pod', name, (current) => ({
      ...current,
      phase: 'Running',
      hasIp: true,
      ready: true,
      readyTransitionMs: truncateToSecond(this.context.simulation.nowMs),
    }));
  }

  #keepTime(): void {
    const { api, simulation } = this.context;
    const stopping = new Set<string>();
    api.watch('Pod', 'bench', {
      changed: (pod, old) => {
        if (old === null && pod.nodeName === null) this.#start(pod);
        if (pod.deletionMs === null || stopping.has(pod.name)) return;
        stopping.add(pod.name);
        const stopMs = this.stopMs(pod);
        if (stopMs === null) return;
        simulation.after(stopMs, () => {
          this.client.remove('Pod', pod.name);
        });
      },
    });
  }

  #start(pod: PodObject): void {
    this.client.update('Pod', pod.name, (current) => ({ ...current, nodeName: 'worker-1' }));
    const startMs = this.startMs(pod);
    if (startMs === null) return;
    this.context.simulation.after(startMs, () => {
      this.#ready(pod.name);
    });
  }

  #measure(): void {
    const { extremes } = this;
    const spec = this.replicaSets.reduce((total, { replicas }) => total + replicas, 0);
    extremes.podsMax = Math.max(extremes.podsMax, this.pods.length);
    extremes.availableMin = Math.min(extremes.availableMin, this.available.length);
    extremes.specMax = Math.max(extremes.specMax, spec);
  }
}

/** A manifest as the loader would return it. */
export function testDeployment(overrides: Partial<Deployment> = {}): Deployment {
  return {
    kind: 'Deployment',
    name: 'web',
    namespace: 'default',
    labels: {},
    annotations: {},
    file: 'deployment.yaml',
    lines: {},
    replicas: 10,
    replicasGiven: true,
    selector: { app: 'web' },
    template: testTemplate({ hash: 'v1' }),
    strategy: rolling('25%', '25%'),
    minReadySeconds: 0,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    paused: false,
    ...overrides,
  };
}

export function rolling(maxSurge: number | string, maxUnavailable: number | string): Deployment['strategy'] {
  return { type: 'RollingUpdate', maxSurge, maxUnavailable };
}

/** The same Deployment with another template. */
export function withTemplate(manifest: Deployment, hash: string): Deployment {
  return { ...manifest, template: { ...manifest.template, hash } };
}

/** A ReplicaSet that the Deployment of the bench had before, at no replicas. */
export function olderRevision(revision: number): ReplicaSet {
  const { kind: _kind, ...meta } = withTemplate(testDeployment(), `old-${revision}`);
  return {
    ...meta,
    kind: 'ReplicaSet',
    name: `web-old-${revision}`,
    deployment: 'web',
    revision,
    replicas: 0,
  };
}
