/** One node with a kubelet, an API server without latency of its own, and processes that tests steer by hand. */
import type { DistributionSpec } from '../../../../../src/kernel/distribution.ts';
import { RandomStreams } from '../../../../../src/kernel/random.ts';
import { Simulation } from '../../../../../src/kernel/simulation.ts';
import { ApiServer } from '../../../../../src/model/cluster/api-server.ts';
import type { ClusterContext } from '../../../../../src/model/cluster/cluster-context.ts';
import type {
  ContainerProcess,
  ContainerRuntime,
  ProbeAnswer,
  ProbeKind,
} from '../../../../../src/model/cluster/container-runtime.ts';
import { Kubelet } from '../../../../../src/model/cluster/kubelet/kubelet.ts';
import { StartQueue } from '../../../../../src/model/cluster/kubelet/start-queue.ts';
import type { PodObject } from '../../../../../src/model/cluster/objects.ts';
import { Latencies } from '../../../../../src/model/latencies.ts';
import { Timeline } from '../../../../../src/model/timeline.ts';
import type { TimelineEvent, TimelineEventKind } from '../../../../../src/record.ts';
import { BUILT_IN_PROFILES, type LatencyName } from '../../../../../src/scenario/profile.ts';
import type { Container, Hook, PodTemplate, Probe, Signal } from '../../../../../src/scenario/scenario.ts';

const NODE = { name: 'node-1', zone: 'a', cpuMilli: 8000, memoryBytes: 1e10, podsMax: 110 };

/** Milliseconds; small and round, so that tests read them off. */
const LATENCIES: Readonly<Record<LatencyName, number>> = {
  apiCall: 2,
  watch: 1,
  controllerSync: 1,
  schedule: 1,
  containerStart: 1000,
  startWork: 0,
  containerRestart: 400,
  imagePullCheck: 200,
  imagePull: 3000,
  kubeletSync: 50,
  killReaction: 40,
  sandboxStop: 150,
  podRemoval: 600,
  proxySync: 50,
  signalReaction: 10,
  networkRoundTrip: 1,
};

/** How a process behaves; a test may change it while the process runs. */
export interface Behaviour {
  /** Milliseconds from start until its probes succeed. */
  bootMs?: number;
  /** Milliseconds from SIGTERM to its end; null: it ignores the signal. */
  drainMs?: number | null;
  /** Milliseconds after which it ends by itself. */
  runsMs?: number;
  exitCode?: number;
  answer?: (kind: ProbeKind, nowMs: number) => ProbeAnswer;
  /** Times at which its answers change. Probe workers of a process that tells them may sleep; others ask at every tick. */
  tells?: readonly number[];
}

export interface FakeProcess extends ContainerProcess {
  readonly pod: string;
  readonly container: string;
  readonly restart: number;
  readonly startedMs: number;
  readonly signals: { readonly signal: Signal; readonly timeMs: number }[];
  readonly probes: { readonly kind: ProbeKind; readonly timeMs: number }[];
  endedMs: number | null;
  end(exitCode: number): void;
}

export class FakeRuntime implements ContainerRuntime {
  readonly processes: FakeProcess[] = [];
  readonly addresses: { readonly pod: string; readonly up: boolean; readonly timeMs: number }[] = [];
  behaviourOf: (container: string, restart: number) => Behaviour = () => ({});
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  addressAssigned(pod: PodObject): void {
    this.addresses.push({ pod: pod.name, up: true, timeMs: this.#simulation.nowMs });
  }

  addressReleased(pod: PodObject): void {
    this.addresses.push({ pod: pod.name, up: false, timeMs: this.#simulation.nowMs });
  }

  start(
    pod: PodObject,
    container: Container,
    restart: number,
    exited: (exitCode: number) => void,
  ): FakeProcess {
    const behaviour = this.behaviourOf(container.name, restart);
    const process = this.#process(pod, container, restart, behaviour, exited);
    if (behaviour.runsMs !== undefined) {
      this.#simulation.after(behaviour.runsMs, () => {
        process.end(behaviour.exitCode ?? 0);
      });
    }
    return process;
  }

  adopt(pod: PodObject, container: Container, exited: (exitCode: number) => void): FakeProcess {
    return this.#process(pod, container, 0, { ...this.behaviourOf(container.name, 0), bootMs: 0 }, exited);
  }

  #process(
    pod: PodObject,
    container: Container,
    restart: number,
    behaviour: Behaviour,
    exited: (exitCode: number) => void,
  ): FakeProcess {
    const simulation = this.#simulation;
    const startedMs = simulation.nowMs;
    let stopping = false;
    let told: (() => void) | null = null;
    const telling = {
      onAnswersChanged: (listener: () => void): void => {
        told = listener;
      },
    };
    const times =
      behaviour.tells === undefined ? [] : [...behaviour.tells, startedMs + (behaviour.bootMs ?? 0)];
    for (const timeMs of times) if (timeMs > startedMs) simulation.at(timeMs, () => told?.());
    const process: FakeProcess = {
      ...(behaviour.tells === undefined ? {} : telling),
      pod: pod.name,
      container: container.name,
      restart,
      startedMs,
      signals: [],
      probes: [],
      endedMs: null,
      probe(kind) {
        process.probes.push({ kind, timeMs: simulation.nowMs });
        if (behaviour.answer !== undefined) return behaviour.answer(kind, simulation.nowMs);
        const up = simulation.nowMs >= startedMs + (behaviour.bootMs ?? 0) && !stopping;
        return { success: up && process.endedMs === null, latencyMs: 1 };
      },
      signal(signal) {
        if (process.endedMs !== null) return;
        process.signals.push({ signal, timeMs: simulation.nowMs });
        if (signal === 'KILL') {
          process.end(137);
          return;
        }
        const { drainMs = 10 } = behaviour;
        if (drainMs === null || stopping) return;
        stopping = true;
        told?.();
        simulation.after(drainMs, () => {
          process.end(0);
        });
      },
      end(exitCode) {
        if (process.endedMs !== null) return;
        process.endedMs = simulation.nowMs;
        exited(exitCode);
      },
    };
    this.processes.push(process);
    return process;
  }
}

export interface BenchOptions {
  readonly seed?: number;
  readonly latencies?: Partial<Record<LatencyName, number | DistributionSpec>>;
  readonly serializeImagePulls?: boolean;
  readonly cachedImages?: readonly string[];
}

export class NodeBench {
  readonly simulation: Simulation = new Simulation();
  readonly timeline: Timeline = new Timeline(() => this.simulation.nowMs);
  readonly runtime: FakeRuntime = new FakeRuntime(this.simulation);
  readonly context: ClusterContext;
  readonly kubelet: Kubelet;
  /** Every stored state of the pods, with its time. */
  readonly stored: { readonly timeMs: number; readonly name: string; readonly pod: PodObject | null }[] = [];

  constructor(options: BenchOptions = {}) {
    const streams = new RandomStreams(options.seed ?? 1);
    const given = { ...LATENCIES, ...options.latencies };
    const specs = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'number' ? { kind: 'constant', value } : value,
    ]);
    const profile = {
      ...BUILT_IN_PROFILES['kind'],
      name: 'test',
      uncertainty: 0,
      latencies: Object.fromEntries(specs) as Record<LatencyName, DistributionSpec>,
    };
    const latencies = new Latencies(profile, streams);
    this.context = {
      simulation: this.simulation,
      streams,
      latencies,
      timeline: this.timeline,
      api: new ApiServer(this.simulation, latencies, streams),
      cluster: {
        nodes: [NODE],
        kubeProxy: { mode: 'iptables', minSyncPeriodMs: 1000 },
        serializeImagePulls: options.serializeImagePulls ?? true,
        cachedImages: options.cachedImages ?? ['app:1', 'helper:1'],
      },
      starts: new StartQueue(),
    };
    this.context.api.observe((object, old) => {
      const name = object?.name ?? old?.name ?? '';
      if (object === null || object.kind === 'Pod') {
        this.stored.push({ timeMs: this.simulation.nowMs, name, pod: object });
      }
    });
    this.kubelet = new Kubelet(this.context, NODE, this.runtime);
  }

  /** Creates a pod that is already bound to the node. */
  create(template: PodTemplate, name = 'pod-1'): void {
    this.context.api.commitCreate<'Pod'>(podOf(template, name));
  }

  /** Seeds a pod that has been running for long and hands it to the kubelet. */
  adopt(template: PodTemplate, name = 'pod-1'): void {
    const settled = { ...podOf(template, name), phase: 'Running', hasIp: true, ready: true } as const;
    const pod = this.context.api.seed<'Pod'>({ ...settled, readyTransitionMs: -60_000 }, -90_000);
    this.kubelet.adopt(pod);
  }

  delete(graceSeconds: number | null = null, name = 'pod-1'): void {
    this.context.api.commitDeletePod(name, graceSeconds);
  }

  pod(name = 'pod-1'): PodObject | undefined {
    return this.context.api.read('Pod', name);
  }

  runUntil(timeMs: number): void {
    this.simulation.runUntil(timeMs);
  }

  /** The facts of one kind so far. */
  notes(kind: TimelineEventKind, detail?: string): TimelineEvent[] {
    return this.timeline.events.filter(
      (event) => event.kind === kind && (detail === undefined || event.detail?.startsWith(detail) === true),
    );
  }

  /** Times of one kind of fact, in seconds, to a tenth. */
  seconds(kind: TimelineEventKind, detail?: string): number[] {
    return this.notes(kind, detail).map((event) => Math.round(event.timeMs / 100) / 10);
  }

  process(container: string, restart = 0): FakeProcess {
    const found = this.runtime.processes.find(
      (candidate) => candidate.container === container && candidate.restart === restart,
    );
    if (found === undefined) throw new Error(`no process ${restart} of ${container}`);
    return found;
  }
}

export function podOf(
  template: PodTemplate,
  name: string,
): Omit<PodObject, 'uid' | 'createdMs' | 'generation' | 'resourceVersion'> {
  return {
    kind: 'Pod',
    name,
    owner: { kind: 'ReplicaSet', name: 'web-1' },
    deployment: 'web',
    template,
    streamKey: `web.0/${name}`,
    nodeName: NODE.name,
    phase: 'Pending',
    hasIp: false,
    ready: false,
    readyTransitionMs: null,
    restarts: 0,
    sidecarRestarts: 0,
    deletionCost: 0,
    deletionMs: null,
    deletionGraceSeconds: null,
  };
}

export function templateOf(
  containers: readonly Container[],
  changes: Partial<PodTemplate> = {},
): PodTemplate {
  return {
    hash: 'h1',
    labels: { app: 'web' },
    annotations: {},
    initContainers: [],
    containers,
    terminationGracePeriodSeconds: 30,
    readinessGates: [],
    nodeSelector: {},
    restartPolicy: 'Always',
    path: 'spec.template.spec',
    file: 'web.yaml',
    ...changes,
  };
}

export function containerOf(name: string, changes: Partial<Container> = {}): Container {
  return {
    name,
    path: 'spec.template.spec.containers[0]',
    image: 'app:1',
    imagePullPolicy: 'IfNotPresent',
    requests: { cpuMilli: 100, memoryBytes: 1e8 },
    limits: { cpuMilli: null, memoryBytes: null },
    ports: [],
    startupProbe: null,
    readinessProbe: null,
    livenessProbe: null,
    postStart: null,
    preStop: null,
    sidecar: false,
    workload: {
      name: 'app',
      serviceTime: { kind: 'constant', value: 10 },
      concurrency: 8,
      backlog: 8,
      overflow: 'http-5xx',
      boot: { kind: 'constant', value: 0 },
      onSigterm: { style: 'exit', drainMaxMs: 0, lameDuckMs: 0, failReadiness: false, closeHeader: false },
      keepAliveTimeoutMs: 0,
      cpuPerRequestMs: 1,
      dependencies: [],
      coldStart: null,
      errorRate: 0,
      runs: null,
      failureRate: 0,
    },
    ...changes,
  };
}

export function probeOf(changes: Partial<Probe> = {}): Probe {
  return {
    handler: 'http',
    target: '/',
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
    terminationGracePeriodSeconds: null,
    ...changes,
  };
}

/** Steps as the scenario's loader writes them: a number sleeps that many seconds, a word is a signal. */
export function hookOf(handler: Hook['handler'], ...steps: readonly (number | Signal)[]): Hook {
  return {
    handler,
    steps: steps.map((step) =>
      typeof step === 'number' ? { do: 'sleep', durationMs: step * 1000 } : { do: 'signal', signal: step },
    ),
    text: steps.join('; '),
  };
}
