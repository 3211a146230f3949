/**
 * One running process of a container: how it boots, answers probes, reacts to signals and ends (R-SRV-1, 2, 10).
 * For the container that serves the traffic its `server` carries every change of state to the traffic engine.
 */
import type { EventHandle } from '../../kernel/event-queue.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Probe, Signal, Workload } from '../../scenario/scenario.ts';
import type { ContainerProcess, ProbeAnswer, ProbeKind } from '../cluster/container-runtime.ts';
import type { ServerState } from '../data-plane.ts';

/** The traffic's side of a process; a process that serves no traffic has a silent one. */
export interface ServerSide {
  /** @param warm it has been in that state for long */
  setState(state: ServerState, warm: boolean): void;
  processEnded(): void;
  /** When the last request now in flight will have been answered. */
  drainedAtMs(): TimeMs;
}

/** What happens around a process that others want to know. */
export interface ProcessEvents {
  readonly listening: () => void;
  readonly signalled: (signal: Signal) => void;
  readonly listenerClosed: () => void;
  readonly exited: (exitCode: number) => void;
}

export interface ProcessTimes {
  /** null: it never listens. */
  readonly bootMs: DurationMs | null;
  /** Whether it has been up for long, so that nothing of its start is left (R-APP-11). Default: false. */
  readonly settled?: boolean;
  /** null: it runs until it is told to stop. */
  readonly runsMs: DurationMs | null;
  readonly runsExitCode: number;
  readonly probeLatencyMs: DurationMs;
  readonly signalReactionMs: () => DurationMs;
}

interface Timer {
  readonly nowMs: TimeMs;
  after(delayMs: DurationMs, action: () => void): EventHandle;
}

/** Whether something that the answer to this probe depends on is down (R-APP-6, R-APP-8). */
export type DependencyDown = (probe: Probe) => boolean;

type Phase = 'booting' | 'listening' | 'lame-duck' | 'draining' | 'exited';

/** Exit codes as a shell reports them: 128 + the signal's number. */
const EXIT_CODE_KILLED = 137;
const EXIT_CODE_TERMINATED = 143;

export class AppProcess implements ContainerProcess {
  #phase: Phase = 'booting';
  #stopping = false;
  #answersListener: (() => void) | null = null;
  readonly #timer: Timer;
  readonly #workload: Workload;
  readonly #times: ProcessTimes;
  readonly #server: ServerSide;
  readonly #events: ProcessEvents;
  readonly #dependencyDown: DependencyDown;

  constructor(
    timer: Timer,
    workload: Workload,
    times: ProcessTimes,
    server: ServerSide,
    events: ProcessEvents,
    dependencyDown: DependencyDown = () => false,
  ) {
    this.#dependencyDown = dependencyDown;
    this.#timer = timer;
    this.#workload = workload;
    this.#times = times;
    this.#server = server;
    this.#events = events;
    if (times.runsMs !== null) {
      timer.after(times.runsMs, () => {
        this.#exit(times.runsExitCode);
      });
    }
    if (times.bootMs === 0) this.#listen();
    else if (times.bootMs !== null) {
      timer.after(times.bootMs, () => {
        this.#listen();
      });
    }
  }

  /** An exec probe asks the same question from inside; a closed listener refuses at once (R-POD-8). */
  probe(kind: ProbeKind, probe: Probe): ProbeAnswer {
    const latencyMs = this.#times.probeLatencyMs;
    const listening = this.#phase === 'listening' || this.#phase === 'lame-duck';
    const stopped = kind === 'readiness' && this.#stopping && this.#workload.onSigterm.failReadiness;
    return { success: listening && !stopped && !this.#dependencyDown(probe), latencyMs };
  }

  onAnswersChanged(listener: () => void): void {
    this.#answersListener = listener;
  }

  /** To be called after anything outside the process has changed what `probe` answers. */
  answersChanged(): void {
    this.#answersListener?.();
  }

  signal(signal: Signal): void {
    if (this.#phase === 'exited') return;
    this.#events.signalled(signal);
    if (signal === 'KILL') {
      this.#exit(EXIT_CODE_KILLED);
      return;
    }
    this.#timer.after(this.#times.signalReactionMs(), () => {
      this.#stop();
    });
  }

  #listen(): void {
    if (this.#phase !== 'booting' || this.#stopping) return;
    this.#phase = 'listening';
    this.#server.setState('serving', this.#times.settled === true);
    this.#events.listening();
    this.answersChanged();
  }

  #stop(): void {
    if (this.#stopping || this.#phase === 'exited') return;
    const { style, lameDuckMs, closeHeader } = this.#workload.onSigterm;
    if (style === 'ignore') return;
    this.#stopping = true;
    if (style === 'exit' || this.#phase === 'booting') {
      this.#exit(EXIT_CODE_TERMINATED);
    } else if (style === 'stop-accept') {
      this.#drain();
    } else {
      this.#phase = 'lame-duck';
      if (closeHeader) this.#server.setState('closing', false);
      this.answersChanged();
      this.#timer.after(lameDuckMs, () => {
        this.#drain();
      });
    }
  }

  #drain(): void {
    if (this.#phase === 'exited') return;
    this.#phase = 'draining';
    this.#server.setState('draining', false);
    this.#events.listenerClosed();
    this.answersChanged();
    const { drainMaxMs } = this.#workload.onSigterm;
    const drainMs = Math.min(drainMaxMs, Math.max(0, this.#server.drainedAtMs() - this.#timer.nowMs));
    this.#timer.after(drainMs, () => {
      this.#exit(0);
    });
  }

  #exit(exitCode: number): void {
    if (this.#phase === 'exited') return;
    const listened = this.#phase === 'listening' || this.#phase === 'lame-duck';
    this.#phase = 'exited';
    this.#server.processEnded();
    if (listened) this.#events.listenerClosed();
    this.#events.exited(exitCode);
  }
}
