/**
 * The container runtime of the simulated nodes: starts a process for every container and connects the one that
 * serves the traffic's Service to the traffic engine.
 */
import { compileDistribution } from '../../kernel/distribution.ts';
import type { RandomStreams } from '../../kernel/random.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Container, PodTemplate, Service } from '../../scenario/scenario.ts';
import type { ContainerProcess, ContainerRuntime } from '../cluster/container-runtime.ts';
import { selects, type PodObject } from '../cluster/objects.ts';
import type { PodIndex, ServerSpec, TrafficEngine } from '../data-plane.ts';
import type { Latencies } from '../latencies.ts';
import type { Timeline } from '../timeline.ts';
import { AppProcess, type DependencyDown, type ProcessTimes, type ServerSide } from './app-process.ts';
import type { Dependencies } from './dependencies.ts';

/** A pod that has, or had, an address that the traffic's Service can select. */
export interface ServedPod {
  readonly index: PodIndex;
  readonly pod: PodObject;
  readonly container: Container;
}

export interface AppRuntimeParts {
  readonly simulation: Simulation;
  readonly streams: RandomStreams;
  readonly latencies: Latencies;
  readonly timeline: Timeline;
  readonly engine: TrafficEngine;
  /** null when the scenario sends no traffic. */
  readonly service: Service | null;
  readonly nodeIndex: (nodeName: string) => number;
  /** The clock of a node that may fail; undefined: it keeps the simulation's. */
  readonly clockOf?: (nodeName: string) => Simulation | undefined;
  /** What the workloads depend on; a world without faults has none that could fail. */
  readonly dependencies?: Dependencies;
}

const NO_SERVER: Omit<ServerSide, 'drainedAtMs'> = {
  setState() {
    // Nobody calls this container.
  },
  processEnded() {
    // Nobody calls this container.
  },
};

export class AppRuntime implements ContainerRuntime {
  readonly #parts: AppRuntimeParts;
  readonly #byName = new Map<string, ServedPod>();
  readonly #byIndex: ServedPod[] = [];
  #indicesOf = new WeakMap<readonly (string | readonly string[])[], readonly PodIndex[]>();
  readonly #openListeners = new Set<string>();
  readonly #addressesGone = new Set<PodIndex>();
  /** Processes whose answers change with what they depend on. */
  readonly #dependents = new Set<{ readonly nodeName: string | null; readonly process: AppProcess }>();
  #lastBootEndMs: TimeMs = Number.NEGATIVE_INFINITY;

  constructor(parts: AppRuntimeParts) {
    this.#parts = parts;
    parts.dependencies?.onChange(() => {
      for (const { process } of this.#dependents) process.answersChanged();
    });
  }

  servedPod(name: string): ServedPod | undefined {
    return this.#byName.get(name);
  }

  servedPodAt(index: PodIndex): ServedPod | undefined {
    return this.#byIndex[index];
  }

  /** The indices of those of these pods that are served; asked for the very same array again, it remembers. */
  servedIndices(parts: readonly (readonly string[])[]): readonly PodIndex[] {
    const known = this.#indicesOf.get(parts);
    if (known !== undefined) return known;
    const indices: PodIndex[] = [];
    let names = 0;
    for (const part of parts) {
      names += part.length;
      for (const index of this.#servedIn(part)) indices.push(index);
    }
    if (indices.length === names) this.#indicesOf.set(parts, indices);
    return indices;
  }

  #servedIn(names: readonly string[]): readonly PodIndex[] {
    let indices = this.#indicesOf.get(names);
    if (indices !== undefined) return indices;
    indices = names.flatMap((name) => this.#byName.get(name)?.index ?? []);
    if (indices.length === names.length) this.#indicesOf.set(names, indices);
    return indices;
  }

  /** Whether the pod's listener is open at this instant. */
  isListening(name: string): boolean {
    return this.#openListeners.has(name);
  }

  /** When the last process started so far will be, or was, listening. */
  get lastBootEndMs(): TimeMs {
    return this.#lastBootEndMs;
  }

  addressAssigned(pod: PodObject): void {
    const { service, engine, simulation, nodeIndex } = this.#parts;
    if (service === null || !selects(service.selector, pod.template.labels)) return;
    const container = servingContainer(pod.template, service);
    const served = { index: this.#byIndex.length, pod, container };
    // A name that is taken again stands for another address.
    if (this.#byName.has(pod.name)) this.#indicesOf = new WeakMap();
    this.#byName.set(pod.name, served);
    this.#byIndex.push(served);
    engine.addPod(simulation.nowMs, {
      index: served.index,
      key: pod.streamKey,
      node: nodeIndex(pod.nodeName ?? ''),
      server: serverSpec(container),
    });
  }

  addressReleased(pod: PodObject): void {
    const served = this.#byName.get(pod.name);
    if (served === undefined) return;
    this.#addressesGone.add(served.index);
    this.#parts.engine.setServer(this.#parts.simulation.nowMs, served.index, 'absent');
  }

  /** R-NOD-2, R-NOD-9: the node has lost power: processes, addresses and connections of its pods are gone. */
  nodeLost(nodeName: string): void {
    const { engine, simulation, timeline } = this.#parts;
    for (const { index, pod } of this.#byIndex) {
      if (pod.nodeName !== nodeName || this.#addressesGone.has(index)) continue;
      this.#addressesGone.add(index);
      engine.setServer(simulation.nowMs, index, 'absent');
      if (this.#openListeners.delete(pod.name)) timeline.note('listener-closed', `pod/${pod.name}`);
    }
    for (const dependent of this.#dependents) {
      if (dependent.nodeName === nodeName) this.#dependents.delete(dependent);
    }
  }

  start(
    pod: PodObject,
    container: Container,
    restart: number,
    exited: (exitCode: number) => void,
  ): ContainerProcess {
    const { workload } = container;
    const entity = `${pod.streamKey}/${container.name}`;
    const draw = (purpose: string) => this.#parts.streams.stream(purpose, entity, restart);
    const bootMs = workload.boot === null ? null : compileDistribution(workload.boot).sample(draw('boot'));
    this.#lastBootEndMs = Math.max(this.#lastBootEndMs, this.#parts.simulation.nowMs + (bootMs ?? 0));
    const runsMs = workload.runs === null ? null : compileDistribution(workload.runs).sample(draw('runs'));
    const fails = workload.failureRate > 0 && draw('run-fails').unit() < workload.failureRate;
    return this.#process(pod, container, exited, { bootMs, runsMs, runsExitCode: fails ? 1 : 0 });
  }

  adopt(pod: PodObject, container: Container, exited: (exitCode: number) => void): ContainerProcess {
    return this.#process(pod, container, exited, { bootMs: 0, settled: true, runsMs: null, runsExitCode: 0 });
  }

  #process(
    pod: PodObject,
    container: Container,
    exited: (exitCode: number) => void,
    times: Pick<ProcessTimes, 'bootMs' | 'settled' | 'runsMs' | 'runsExitCode'>,
  ): ContainerProcess {
    const { simulation, latencies, timeline } = this.#parts;
    const served = this.#byName.get(pod.name);
    const serves = served?.container.name === container.name ? served : null;
    const object = `pod/${pod.name}`;
    let forget: (() => void) | null = null;
    const clock = this.#parts.clockOf?.(pod.nodeName ?? '') ?? simulation;
    const process = new AppProcess(
      clock,
      container.workload,
      {
        ...times,
        probeLatencyMs: latencies.sample('networkRoundTrip', 'probe'),
        signalReactionMs: (): DurationMs => latencies.sample('signalReaction', pod.streamKey),
      },
      this.#serverSide(serves),
      {
        listening: () => {
          if (serves === null) return;
          this.#openListeners.add(pod.name);
          timeline.note('listener-open', object);
        },
        signalled: (signal) => {
          if (serves !== null) timeline.note('signal', object, { detail: signal });
        },
        listenerClosed: () => {
          if (serves === null) return;
          this.#openListeners.delete(pod.name);
          timeline.note('listener-closed', object);
        },
        exited: (exitCode) => {
          forget?.();
          exited(exitCode);
        },
      },
      this.#dependencyDown(container),
    );
    if (container.workload.dependencies.length > 0) {
      const dependent = { nodeName: pod.nodeName, process };
      this.#dependents.add(dependent);
      forget = () => {
        this.#dependents.delete(dependent);
      };
    }
    return process;
  }

  /** Readiness checks the dependencies, and so does every other probe that asks the same question (R-APP-6, R-APP-8). */
  #dependencyDown({ readinessProbe, workload }: Container): DependencyDown | undefined {
    const { dependencies } = this.#parts;
    if (dependencies === undefined || readinessProbe === null || readinessProbe.handler === 'tcp')
      return undefined;
    return ({ handler, target }) =>
      handler === readinessProbe.handler &&
      target === readinessProbe.target &&
      dependencies.anyDown(workload.dependencies);
  }

  #serverSide(served: ServedPod | null): ServerSide {
    const { engine, simulation } = this.#parts;
    if (served === null) return { ...NO_SERVER, drainedAtMs: () => simulation.nowMs };
    return {
      setState: (state, warm) => {
        engine.setServer(simulation.nowMs, served.index, state, warm);
      },
      processEnded: () => {
        engine.endProcess(simulation.nowMs, served.index);
      },
      drainedAtMs: () => engine.drainedAtMs(simulation.nowMs, served.index),
    };
  }
}

/** The container whose port the Service targets; the first one when none names it, as a container need not declare its ports. */
export function servingContainer(template: PodTemplate, service: Service | null): Container {
  const named = template.containers.find((container) =>
    container.ports.some(
      (port) => port.name === service?.targetPort || port.containerPort === service?.targetPort,
    ),
  );
  const container = named ?? template.containers[0];
  if (container === undefined) throw new Error('a pod template without a container was accepted');
  return container;
}

function serverSpec(container: Container): ServerSpec {
  const { workload } = container;
  return {
    serviceTime: workload.serviceTime,
    concurrency: workload.concurrency,
    backlog: workload.backlog,
    overflow: workload.overflow,
    keepAliveTimeoutMs: workload.keepAliveTimeoutMs,
    cpuPerRequestMs: workload.cpuPerRequestMs,
    cpuLimitMilli: container.limits.cpuMilli,
    coldStart: workload.coldStart,
    errorRate: workload.errorRate,
  };
}
