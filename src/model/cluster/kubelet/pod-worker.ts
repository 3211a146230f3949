/**
 * One pod on its node: carries out what the pod's statechart decides, syncs its containers while it runs, and tells
 * the status manager what it sees (rules R-POD).
 */
import type { DurationMs } from '../../../kernel/time.ts';
import type { Container } from '../../../scenario/scenario.ts';
import type { PodObject } from '../objects.ts';
import { createPodStatechart, type PodEffects, type PodStatechart } from '../pod.machine.ts';
import { PodContainer, type ContainerEvents } from './container.ts';
import type { NodeServices } from './node-services.ts';
import { computePodActions, type ContainerRole } from './pod-actions.ts';
import { PodProbes } from './pod-probes.ts';
import { endedPhase, podStatus, reportedContainers, type ReportedContainers } from './pod-report.ts';
import { PodSync } from './pod-sync.ts';
import { SyncLoop } from './sync-loop.ts';
import { Termination } from './termination.ts';

/** R-POD-23: a pod is never ended with less. */
const GRACE_SECONDS_MIN = 1;

export class PodWorker implements PodEffects {
  readonly #node: NodeServices;
  readonly #containers: readonly PodContainer[];
  readonly #probes: PodProbes;
  readonly #loop: SyncLoop;
  readonly #life: PodStatechart;
  readonly #gone: () => void;
  #pod: PodObject;
  #graceSeconds = 0;
  readonly #reported: ReportedContainers;
  #sync: PodSync | null = null;
  #termination: Termination | null = null;
  #addressUp = false;
  #addressSeen = false;
  #addressReleased = false;
  #ending = false;
  #vanished = false;

  /** @param gone called once the worker has nothing more to do for the pod */
  constructor(node: NodeServices, pod: PodObject, gone: () => void) {
    this.#node = node;
    this.#pod = pod;
    this.#gone = gone;
    const { simulation, streams } = node.context;
    this.#containers = containersOf(
      pod,
      (spec, role) => new PodContainer(simulation, spec, role, this.#events()),
    );
    this.#reported = reportedContainers(this.#containers);
    if (pod.imagesReplaced === true) for (const container of this.#containers) container.replaceImage(true);
    this.#probes = new PodProbes({
      simulation,
      containers: this.#containers,
      view: (container) => {
        const podPhase = node.statusManager.get(pod.name)?.phase;
        const restartable = pod.template.restartPolicy !== 'Never';
        if (podPhase === undefined) return null;
        return { podPhase, terminating: this.#ending, container: container.probed(restartable) };
      },
      changed: (container, kind, result, instance) => {
        container.probeChanged(kind, result, instance);
        this.#publish();
        if (kind !== 'liveness' || result === 'Failure') this.#loop.request();
        this.#probes.wake();
      },
    });
    this.#loop = new SyncLoop({
      simulation,
      node,
      jitter: streams.stream('pod-sync', pod.streamKey),
      relistMs: () => node.context.latencies.sample('kubeletSync', pod.streamKey),
      relist: () => this.#relist(),
      sync: () => {
        this.#runSync();
      },
    });
    this.#life = createPodStatechart(simulation, this);
  }

  /** A pod that this kubelet sees for the first time. */
  start(): void {
    if (this.#pod.deletionMs === null) this.#life.send({ type: 'bound' });
    else this.update(this.#pod);
  }

  /** A pod that ran here before the node lost power: its containers have ended, and its sandbox is gone (R-NOD-9). */
  restart(): void {
    const { restarts } = this.#pod;
    for (const container of this.#containers) {
      if (container.role === 'init') container.adoptCompleted();
      if (container.role === 'main') container.adoptLost(restarts);
    }
    this.#node.statusManager.adopt(this.#pod);
    this.#life.send({ type: 'bound' });
  }

  /** A pod of the settled state: it runs and is ready, and has been for long. */
  adopt(): void {
    const { runtime, statusManager, context } = this.#node;
    const pod = this.#pod;
    runtime.addressAssigned(pod);
    this.#addressUp = true;
    this.#addressSeen = true;
    for (const container of this.#containers) {
      if (container.role === 'init') container.adoptCompleted();
      else container.adopt((exited) => runtime.adopt(pod, container.spec, exited));
    }
    statusManager.adopt(pod);
    this.#life.send({ type: 'adopted' });
    this.#probes.adopt(context.streams.stream('probe-phase', pod.streamKey));
    this.#loop.adopt();
  }

  /** The pod as the watch brings it: its deletion concerns the kubelet, and other images than before (R-CHX-6). */
  update(pod: PodObject): void {
    const replaced = pod.imagesReplaced ?? false;
    const changed = replaced !== (this.#pod.imagesReplaced ?? false);
    this.#pod = pod;
    if (changed) {
      for (const container of this.#containers) container.replaceImage(replaced);
      if (!this.#ending) this.#loop.request();
    }
    if (pod.deletionMs !== null) this.#end(pod.deletionGraceSeconds ?? GRACE_SECONDS_MIN);
  }

  /** The object is gone (R-POD-23). */
  vanished(): void {
    this.#vanished = true;
    this.#node.statusManager.forget(this.#pod.name);
    if (this.#life.value === 'gone') this.#gone();
    else this.#end(GRACE_SECONDS_MIN);
  }

  /** R-CHX-7. */
  crash(names: readonly string[]): void {
    for (const container of this.#containers) if (names.includes(container.name)) container.signal('KILL');
  }

  // ---- what the statechart asks for

  sandboxMs(): DurationMs {
    const { latencies, starts, simulation } = this.#node.context;
    const { streamKey } = this.#pod;
    const ownMs = latencies.sample('containerStart', streamKey);
    return Math.max(ownMs, starts.waitMs(simulation.nowMs, latencies.sample('startWork', streamKey)));
  }

  killReactionMs(): DurationMs {
    return this.#node.context.latencies.sample('killReaction', this.#pod.streamKey);
  }

  sandboxStopMs(): DurationMs {
    return this.#node.context.latencies.sample('sandboxStop', this.#pod.streamKey);
  }

  podRemovalMs(): DurationMs {
    return this.#node.context.latencies.sample('podRemoval', this.#pod.streamKey);
  }

  begin(): void {
    this.#loop.begin();
  }

  sandboxReady(): void {
    this.#addressUp = true;
    this.#node.runtime.addressAssigned(this.#pod);
    this.#act();
  }

  abandonSync(): void {
    this.#sync?.abandon();
    this.#termination?.cancel();
    this.#sync = null;
    this.#termination = null;
    this.#loop.stop();
    this.#probes.stop(['liveness', 'startup']);
  }

  killContainers(): void {
    this.#termination = new Termination({
      simulation: this.#node.context.simulation,
      targets: this.#containers.filter((container) => container.running),
      graceSeconds: Math.max(GRACE_SECONDS_MIN, this.#graceSeconds),
      done: () => {
        this.#life.send({ type: 'containers.stopped' });
      },
    });
  }

  containersStopped(): void {
    this.#probes.stop();
    this.#relist();
    for (const container of this.#containers) container.report();
    this.#publish();
  }

  sandboxStopped(): void {
    this.#releaseAddress();
  }

  finished(): void {
    this.#loop.stop();
    this.#probes.stop();
    this.#releaseAddress();
  }

  removed(): void {
    this.#releaseAddress();
    if (this.#vanished) {
      this.#gone();
      return;
    }
    const { statusManager } = this.#node;
    statusManager.set(this.#pod.name, {
      ...this.#status(),
      ready: false,
      phase: endedPhase(this.#containers),
    });
    statusManager.remove(this.#pod.name);
  }

  // ---- syncs

  #runSync(): void {
    for (const container of this.#containers) container.report();
    this.#publish();
    this.#probes.wake();
    if (!this.#addressUp) {
      // The first sync goes on when the sandbox is up.
      this.#probes.start();
      return;
    }
    const phase = this.#node.statusManager.get(this.#pod.name)?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      this.#life.send({ type: 'finished' });
      return;
    }
    for (const container of this.#containers) container.triggerReadiness();
    this.#act();
  }

  #act(): void {
    const actions = computePodActions(this.#containers, this.#pod.template.restartPolicy);
    if (actions.initialized) this.#life.send({ type: 'initialized' });
    this.#sync = new PodSync({
      node: this.#node,
      pod: this.#pod,
      containers: this.#containers,
      actions,
      done: (retryMs) => {
        this.#sync = null;
        this.#loop.finished(retryMs);
      },
    });
    this.#sync.run();
  }

  /** PLEG looks at the pod. */
  #relist(): boolean {
    let changed = this.#addressSeen !== this.#addressUp;
    this.#addressSeen = this.#addressUp;
    for (const container of this.#containers) if (container.relist()) changed = true;
    return changed;
  }

  #publish(): void {
    if (!this.#vanished) this.#node.statusManager.set(this.#pod.name, this.#status());
  }

  #status(): ReturnType<typeof podStatus> {
    const before = this.#node.statusManager.get(this.#pod.name)?.phase ?? 'Pending';
    return podStatus(this.#pod, this.#reported, this.#addressSeen, before);
  }

  // ---- the end

  #end(graceSeconds: number): void {
    if (!this.#ending) {
      this.#ending = true;
      this.#graceSeconds = graceSeconds;
      this.#life.send({ type: 'deleted' });
      this.#probes.wake();
    } else if (graceSeconds < this.#graceSeconds) {
      this.#graceSeconds = graceSeconds;
      this.#life.send({ type: 'grace.shortened' });
    }
  }

  /** The status keeps the address for as long as there is an object: clients are still sent to it. */
  #releaseAddress(): void {
    if (!this.#addressUp || this.#addressReleased) return;
    this.#addressReleased = true;
    this.#node.runtime.addressReleased(this.#pod);
  }

  #events(): ContainerEvents {
    const { timeline } = this.#node.context;
    const object = `pod/${this.#pod.name}`;
    const several = this.#pod.template.containers.length + this.#pod.template.initContainers.length > 1;
    const named = (name: string): { detail?: string } => (several ? { detail: name } : {});
    return {
      started: ({ name }) => {
        timeline.note('container-started', object, named(name));
      },
      exited: ({ name }, exitCode) => {
        const reason = `exit code ${exitCode}`;
        timeline.note('container-exited', object, { detail: several ? `${name}: ${reason}` : reason });
        this.#loop.processEnded();
      },
      sigtermSent: ({ name }) => {
        timeline.note('sigterm', object, named(name));
        this.#life.send({ type: 'sigterm.sent' });
      },
      sigkillSent: ({ name }) => {
        timeline.note('sigkill', object, named(name));
        this.#life.send({ type: 'sigkill.sent' });
      },
      answersChanged: () => {
        this.#probes.wake();
      },
    };
  }
}

function containersOf(
  { template }: PodObject,
  make: (spec: Container, role: ContainerRole) => PodContainer,
): PodContainer[] {
  return [
    ...template.initContainers.map((spec) => make(spec, spec.sidecar ? 'sidecar' : 'init')),
    ...template.containers.map((spec) => make(spec, 'main')),
  ];
}
