/**
 * One process of a container: it boots, serves, and ends by itself or in one of the four ways in which a program takes
 * SIGTERM (R-SRV-1, R-SRV-2). The simulator's counterpart is `AppProcess` in src/model/workload.
 */
import { writeSync } from 'node:fs';
import { draw } from './duration-law.ts';
import { formatLifeLine, type LifeEventName, type LifeLine } from './life-line.ts';
import { WorkloadServer } from './server.ts';
import type { WorkloadSettings } from './settings.ts';

/** Signals that ask a program to end; the simulator takes them all alike. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;
const EXIT_CODE_TERMINATED = 143;
const COUNT_EVERY_MS = 1000;
/** A server whose callers never rest has to stop all the same. */
const READING_TURNS_MAX = 20;
/** Longest that a timer can be set for. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface ProcessOptions {
  readonly settings: WorkloadSettings;
  readonly dependenciesFolder: string;
  readonly host?: string | undefined;
}

export class WorkloadProcess {
  readonly #settings: WorkloadSettings;
  readonly #server: WorkloadServer;
  #phase: 'booting' | 'listening' | 'lame-duck' | 'draining' = 'booting';
  #countedAt = 0;

  constructor({ settings, dependenciesFolder, host }: ProcessOptions) {
    this.#settings = settings;
    const onReady = (): void => {
      this.#write('ready');
    };
    this.#server = new WorkloadServer({ settings, dependenciesFolder, host, onReady });
  }

  run(): void {
    const { boot, runs, failureRate } = this.#settings.workload;
    // Before its first line: who reads that may signal at once.
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => {
        this.#signalled(signal);
      });
    }
    this.#write('started', { epochMs: Math.round(performance.timeOrigin) });
    // A boot counts from the process's start, of which Node has had its part already.
    if (boot !== null) after(draw(boot) - performance.now(), () => void this.#listen());
    if (runs !== null) after(draw(runs), () => this.#exit(Math.random() < failureRate ? 1 : 0));
    // Without a listener nothing else would keep the process running.
    setInterval(() => {
      this.#writeCounts();
    }, COUNT_EVERY_MS);
  }

  async #listen(): Promise<void> {
    const ports = await this.#server.listen();
    this.#phase = 'listening';
    this.#write('listening', { ports });
  }

  #signalled(signal: string): void {
    this.#write('sigterm', { signal });
    const { style, lameDuckMs } = this.#settings.workload.onSigterm;
    if (style === 'ignore' || this.#phase === 'lame-duck' || this.#phase === 'draining') return;
    if (style === 'exit' || this.#phase === 'booting') {
      this.#exit(EXIT_CODE_TERMINATED);
      return;
    }
    this.#server.beginStopping();
    if (style === 'stop-accept') {
      this.#drain();
      return;
    }
    this.#phase = 'lame-duck';
    after(lameDuckMs, () => {
      this.#drain();
    });
  }

  #drain(): void {
    this.#phase = 'draining';
    // What came while this process was busy, or was not let run, is in flight too.
    this.#onceRead(() => {
      this.#server.closeListeners();
      this.#write('listener-closed');
      // At once where nothing is in flight.
      this.#server.requests.workers.whenIdle(() => this.#exit(0));
      after(this.#settings.workload.onSigterm.drainMaxMs, () => this.#exit(0));
    });
  }

  /** Sockets are read between two turns of immediates; a server closes connections of which it has read no request. */
  #onceRead(action: () => void, turnsMax = READING_TURNS_MAX): void {
    const { requests } = this.#server;
    setImmediate(() => {
      const { received } = requests;
      setImmediate(() => {
        if (requests.received > received && turnsMax > 1) this.#onceRead(action, turnsMax - 1);
        else action();
      });
    });
  }

  #exit(exitCode: number): never {
    this.#writeCounts();
    if (this.#phase === 'listening' || this.#phase === 'lame-duck') this.#write('listener-closed');
    this.#write('exited', { exitCode });
    process.exit(exitCode);
  }

  #writeCounts(): void {
    const { counts } = this.#server.requests;
    if (counts.answered === this.#countedAt) return;
    this.#countedAt = counts.answered;
    this.#write('served', { counts });
  }

  /** Written at once: a process that is about to end would lose what it has only handed to a stream. */
  #write(life: LifeEventName, details: Partial<LifeLine> & { ports?: readonly number[] } = {}): void {
    const { pod, node } = this.#settings;
    writeSync(1, formatLifeLine({ life, epochMs: Date.now(), pod, node, ...details }));
  }
}

function after(delayMs: number, action: () => void): void {
  if (delayMs <= TIMER_MS_MAX) setTimeout(action, Math.max(0, delayMs));
}
