/**
 * One container of a pod over all its processes. Its state exists three times, as it does in a kubelet: as it is, as
 * PLEG has last seen it, and as the status cache reports it; probes and syncs act on what they can know.
 */
import type { Simulation } from '../../../kernel/simulation.ts';
import { truncateToSecond, type TimeMs } from '../../../kernel/time.ts';
import type { Container, Hook, Probe, Signal } from '../../../scenario/scenario.ts';
import type { ContainerProcess, ProbeAnswer, ProbeKind } from '../container-runtime.ts';
import type { ProbeResult } from '../probe.machine.ts';
import type { KillTarget } from './container-kill.ts';
import { idleContainer } from './idle-container.ts';
import type { ActionContainer, ContainerRole } from './pod-actions.ts';
import { containerFlags, type LastState, type ProbeVerdict } from './pod-status.ts';
import type { ProbedContainer } from './probe-tick.ts';
import type { ProbeWorker } from './probe.ts';
import { wholeSeconds } from './whole-seconds.ts';

export interface ContainerState {
  /** Ordinal of the current or last process; -1: none yet. */
  readonly instance: number;
  readonly running: boolean;
  readonly startedMs: TimeMs;
  /** Of the last process if it has ended. */
  readonly exitCode: number | null;
  /** When the newest ended process ended; null: none has. */
  readonly lastExitMs: TimeMs | null;
}

const NEVER_STARTED: ContainerState = {
  instance: -1,
  running: false,
  startedMs: Number.NaN,
  exitCode: null,
  lastExitMs: null,
};

const NONE: LastState = { state: 'none' };
const RUNNING: LastState = { state: 'running' };

/** What the runtime gives for a process whose end nobody saw. */
const EXIT_CODE_UNKNOWN = 255;

/** What others do when something happens to the container. */
export interface ContainerEvents {
  started(container: PodContainer): void;
  exited(container: PodContainer, exitCode: number): void;
  sigtermSent(container: PodContainer): void;
  sigkillSent(container: PodContainer): void;
  /** What probes of it are answered may be different from now on. */
  answersChanged(container: PodContainer): void;
}

export class PodContainer implements KillTarget, ActionContainer {
  readonly spec: Container;
  readonly role: ContainerRole;
  readonly probes: ProbeWorker[] = [];
  readonly #simulation: Simulation;
  readonly #events: ContainerEvents;
  readonly #exitListeners = new Set<() => void>();
  #actual: ContainerState = NEVER_STARTED;
  #seen: ContainerState = NEVER_STARTED;
  #reported: ContainerState = NEVER_STARTED;
  #reportedStarted = false;
  #reportedReady = false;
  #process: ContainerProcess | null = null;
  #sigtermSent = false;
  /** R-CHX-6: whether it should run the image that does nothing, and whether it does. */
  #replaced = false;
  #runsReplaced = false;

  constructor(simulation: Simulation, spec: Container, role: ContainerRole, events: ContainerEvents) {
    this.#simulation = simulation;
    this.spec = spec;
    this.role = role;
    this.#events = events;
  }

  get name(): string {
    return this.spec.name;
  }

  /** What its next process is to be. */
  get toRun(): Container {
    return this.#replaced ? idleContainer(this.spec) : this.spec;
  }

  replaceImage(replaced: boolean): void {
    this.#replaced = replaced;
  }

  /** Whether it runs another image than it should by now. */
  get changed(): boolean {
    return this.#seen.running && this.#replaced !== this.#runsReplaced;
  }

  get sidecar(): boolean {
    return this.role === 'sidecar';
  }

  get preStop(): Hook | null {
    return this.spec.preStop;
  }

  get running(): boolean {
    return this.#actual.running;
  }

  /** Ordinal of the current or last process as it is; -1: none yet. */
  get lastInstance(): number {
    return this.#actual.instance;
  }

  get seen(): ContainerState {
    return this.#seen;
  }

  get reported(): ContainerState {
    return this.#reported;
  }

  get ready(): boolean {
    return this.#reportedReady;
  }

  get started(): boolean {
    return this.#reportedStarted;
  }

  /** Starts the next process. @param launch asks the runtime; `exited` is to be called when the process ends */
  launch(launch: (restart: number, exited: (exitCode: number) => void) => ContainerProcess): void {
    const instance = this.#actual.instance + 1;
    this.#become(instance, this.#simulation.nowMs);
    this.#runsReplaced = this.#replaced;
    this.#sigtermSent = false;
    this.#events.started(this);
    const process = launch(instance, (exitCode) => {
      this.#exited(exitCode);
    });
    if (this.#actual.running) this.#take(process);
    this.#events.answersChanged(this);
  }

  /** Takes over a process that has been up for long; every cache knows it. */
  adopt(process: (exited: (exitCode: number) => void) => ContainerProcess): void {
    this.#become(0, Number.NEGATIVE_INFINITY);
    this.#take(
      process((exitCode) => {
        this.#exited(exitCode);
      }),
    );
    this.#adoptState();
  }

  /** R-NOD-9: a container whose process was lost with its node's power. @param instance ordinal of that process */
  adoptLost(instance: number): void {
    const lastExitMs = this.#simulation.nowMs;
    this.#actual = { ...NEVER_STARTED, instance, exitCode: EXIT_CODE_UNKNOWN, lastExitMs };
    this.#seen = this.#actual;
    this.#reported = this.#actual;
  }

  /** An init container that has done its work long ago. */
  adoptCompleted(): void {
    this.#actual = { ...NEVER_STARTED, instance: 0, exitCode: 0, lastExitMs: Number.NEGATIVE_INFINITY };
    this.#adoptState();
  }

  ask(kind: ProbeKind, probe: Probe): ProbeAnswer {
    if (this.#process === null) return { success: false, latencyMs: 0 };
    return this.#process.probe(kind, probe);
  }

  /** Whether the answers stay as they are until `answersChanged`. */
  get answersSteadily(): boolean {
    return this.#process === null || this.#process.onAnswersChanged !== undefined;
  }

  signal(signal: Signal): void {
    this.#process?.signal(signal);
  }

  sendSigterm(): void {
    if (this.#process === null || this.#sigtermSent) return;
    this.#sigtermSent = true;
    this.#events.sigtermSent(this);
    this.#process.signal('TERM');
  }

  sendSigkill(): void {
    if (this.#process === null) return;
    this.#events.sigkillSent(this);
    this.#process.signal('KILL');
  }

  onExit(listener: () => void): () => void {
    this.#exitListeners.add(listener);
    return () => {
      this.#exitListeners.delete(listener);
    };
  }

  /** PLEG looks; true when it finds something new. */
  relist(): boolean {
    const changed = this.#seen !== this.#actual;
    this.#seen = this.#actual;
    return changed;
  }

  /** The status cache takes over what PLEG has seen. */
  report(): void {
    this.#reported = this.#seen;
    const { running, instance, exitCode } = this.#reported;
    const flags = containerFlags({
      state: running ? 'running' : instance < 0 ? 'waiting' : 'terminated',
      exitCode,
      startupProbe: this.#verdict('startup'),
      readinessProbe: this.#verdict('readiness'),
      init: this.role !== 'main',
      sidecar: this.sidecar,
    });
    this.#reportedStarted = flags.started;
    this.#reportedReady = flags.ready;
  }

  /** R-POD-15: a probe's result reaches the status cache without a sync. */
  probeChanged(kind: ProbeKind, result: ProbeResult, instance: number): void {
    if (this.#reported.instance !== instance || !this.#reported.running) return;
    if (kind === 'readiness') this.#reportedReady = this.#reportedStarted && result === 'Success';
    if (kind === 'startup') this.#reportedStarted = result === 'Success';
  }

  /** R-POD-12. */
  triggerReadiness(): void {
    if (!this.#reportedStarted || this.#reportedReady) return;
    for (const worker of this.probes) if (worker.kind === 'readiness') worker.trigger();
  }

  stopProbes(kinds: readonly ProbeKind[]): void {
    for (const worker of this.probes) if (kinds.includes(worker.kind)) worker.stop();
  }

  /** As the last sync's decision may see it. */
  get last(): LastState {
    const { instance, running, exitCode } = this.#seen;
    if (instance < 0) return NONE;
    return running ? RUNNING : { state: 'exited', exitCode: exitCode ?? 0 };
  }

  /** R-POD-27: the probe for which the container is to be killed. */
  get failedProbe(): 'liveness' | 'startup' | null {
    if (this.#verdict('liveness') === 'Failure') return 'liveness';
    return this.#verdict('startup') === 'Failure' ? 'startup' : null;
  }

  /** As its probe workers see it in the status cache. @param restartable whether the pod's policy lets it run again */
  probed(restartable: boolean): ProbedContainer | null {
    const { instance, running, startedMs } = this.#reported;
    if (instance < 0) return null;
    return {
      instance,
      state: running ? 'running' : 'terminated',
      runningSeconds: wholeSeconds(this.#simulation.nowMs - truncateToSecond(startedMs)),
      started: this.#reportedStarted,
      restartable: restartable || this.sidecar,
    };
  }

  #take(process: ContainerProcess): void {
    this.#process = process;
    process.onAnswersChanged?.(() => {
      this.#events.answersChanged(this);
    });
  }

  #verdict(kind: ProbeKind): ProbeVerdict {
    for (const worker of this.probes) {
      if (worker.kind === kind) return worker.resultOf(this.#seen.instance);
    }
    return null;
  }

  #become(instance: number, startedMs: TimeMs): void {
    const { lastExitMs } = this.#actual;
    this.#actual = { instance, running: true, startedMs, exitCode: null, lastExitMs };
  }

  #adoptState(): void {
    this.#seen = this.#actual;
    this.#reported = this.#actual;
    this.#reportedStarted = this.#actual.running;
    this.#reportedReady = true;
  }

  #exited(exitCode: number): void {
    if (!this.#actual.running) throw new Error(`a process of container ${this.name} ended twice`);
    this.#actual = { ...this.#actual, running: false, exitCode, lastExitMs: this.#simulation.nowMs };
    this.#process = null;
    this.#events.exited(this, exitCode);
    const listeners = [...this.#exitListeners];
    this.#exitListeners.clear();
    for (const listener of listeners) listener();
    this.#events.answersChanged(this);
  }
}
