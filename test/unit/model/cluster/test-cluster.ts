/** A small cluster for tests of single controllers: API server, latencies of a profile, and objects to seed. */
import { Simulation } from '../../../../src/kernel/simulation.ts';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { ApiServer, type NewObject } from '../../../../src/model/cluster/api-server.ts';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { StartQueue } from '../../../../src/model/cluster/kubelet/start-queue.ts';
import type { ReplicaSetObject } from '../../../../src/model/cluster/objects.ts';
import { Latencies } from '../../../../src/model/latencies.ts';
import { Timeline } from '../../../../src/model/timeline.ts';
import { BUILT_IN_PROFILES, type Profile } from '../../../../src/scenario/profile.ts';
import type { Container, NodeSpec, PodTemplate } from '../../../../src/scenario/scenario.ts';

export interface TestClusterOptions {
  readonly seed?: number;
  readonly nodes?: readonly NodeSpec[];
  readonly profile?: Profile;
}

export function testCluster(options: TestClusterOptions = {}): ClusterContext {
  const simulation = new Simulation({ eventsMax: 2_000_000 });
  const streams = new RandomStreams(options.seed ?? 1);
  const latencies = new Latencies(options.profile ?? (BUILT_IN_PROFILES['kind'] as Profile), streams);
  return {
    simulation,
    streams,
    latencies,
    timeline: new Timeline(() => simulation.nowMs),
    api: new ApiServer(simulation, latencies, streams),
    cluster: {
      nodes: options.nodes ?? [testNode('worker-1'), testNode('worker-2'), testNode('worker-3')],
      kubeProxy: { mode: 'iptables', minSyncPeriodMs: 1000 },
      serializeImagePulls: true,
      cachedImages: [],
    },
    starts: new StartQueue(),
  };
}

/** Starts controllers; they live on in the simulation's events. */
export function start(
  context: ClusterContext,
  ...controllers: readonly (new (context: ClusterContext) => object)[]
): void {
  const started = controllers.map((Controller) => new Controller(context));
  if (started.length === 0) throw new Error('there is nothing to start');
}

/** Every latency constant, so that a test can say when something happens. */
export function constantProfile(valueMs: number): Profile {
  const kind = BUILT_IN_PROFILES['kind'] as Profile;
  const latencies = Object.fromEntries(
    Object.keys(kind.latencies).map((name) => [name, { kind: 'constant', value: valueMs }]),
  ) as unknown as Profile['latencies'];
  return { name: 'constant', uncertainty: 0, latencies };
}

export function testNode(name: string, overrides: Partial<NodeSpec> = {}): NodeSpec {
  return { name, zone: '', cpuMilli: 4000, memoryBytes: 16 * 2 ** 30, podsMax: 110, ...overrides };
}

export function testContainer(cpuMilli = 0, memoryBytes = 0, overrides: Partial<Container> = {}): Container {
  return {
    name: 'app',
    path: 'spec.template.spec.containers[0]',
    image: 'app:1',
    imagePullPolicy: 'IfNotPresent',
    requests: { cpuMilli, memoryBytes },
    limits: { cpuMilli: null, memoryBytes: null },
    ports: [],
    startupProbe: null,
    readinessProbe: null,
    livenessProbe: null,
    postStart: null,
    preStop: null,
    sidecar: false,
    workload: null as unknown as Container['workload'],
    ...overrides,
  };
}

export function testTemplate(overrides: Partial<PodTemplate> = {}): PodTemplate {
  return {
    hash: 'abc',
    labels: { app: 'web' },
    annotations: {},
    initContainers: [],
    containers: [testContainer()],
    terminationGracePeriodSeconds: 30,
    readinessGates: [],
    nodeSelector: {},
    restartPolicy: 'Always',
    path: 'spec.template.spec',
    file: 'deployment.yaml',
    ...overrides,
  };
}

export function testReplicaSet(
  overrides: Partial<NewObject<'ReplicaSet'>> = {},
): NewObject<'ReplicaSet'> & Pick<ReplicaSetObject, 'kind'> {
  return {
    kind: 'ReplicaSet',
    name: 'web-1',
    deployment: 'web',
    template: testTemplate(),
    revision: 1,
    revisionHistory: '',
    streamKey: 'web.0',
    replicas: 0,
    minReadySeconds: 0,
    desiredReplicasAnnotation: null,
    maxReplicasAnnotation: null,
    status: {
      observedGeneration: 1,
      replicas: 0,
      fullyLabeledReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      terminatingReplicas: 0,
      replicaFailure: false,
    },
    ...overrides,
  };
}

/** Deployment controller's part: changes a ReplicaSet's size by its own client. */
export function scaleReplicaSet(context: ClusterContext, name: string, replicas: number): void {
  context.api.client('test', 1000, 1000).update('ReplicaSet', name, (current) => ({
    ...current,
    replicas,
    generation: current.generation + 1,
  }));
}

/**
 * Kubelet's part in short: every bound pod is Running and ready after `startMs`; a terminating pod's object is
 * gone after `stopMs`.
 */
export function runBoundPods(context: ClusterContext, startMs: number, stopMs: number): void {
  const { api, simulation } = context;
  const client = api.client('test-kubelet', 1000, 1000);
  const started = new Set<string>();
  const stopping = new Set<string>();
  api.watch('Pod', 'test-kubelet', {
    changed: (pod) => {
      if (pod.deletionMs !== null && !stopping.has(pod.name)) {
        stopping.add(pod.name);
        simulation.after(stopMs, () => {
          client.remove('Pod', pod.name);
        });
      }
      if (pod.nodeName === null || started.has(pod.name) || pod.phase !== 'Pending') return;
      started.add(pod.name);
      simulation.after(startMs, () => {
        client.update('Pod', pod.name, (current) => ({
          ...current,
          phase: 'Running',
          hasIp: true,
          ready: true,
          readyTransitionMs: Math.floor(simulation.nowMs / 1000) * 1000,
        }));
      });
    },
  });
}
