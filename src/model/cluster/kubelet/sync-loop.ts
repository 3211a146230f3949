/**
 * When a pod is synced: one sync at a time, requests meanwhile coalesce, and the next begins only after PLEG has
 * relisted what the one before did (R-POD-7). Exits that the kubelet did not cause wait for the periodic relist.
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { RandomStream } from '../../../kernel/random.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import { MINUTE_MS, type DurationMs } from '../../../kernel/time.ts';
import type { NodeServices } from './node-services.ts';

/** R-POD-12: after a sync without error the next comes after this, times U(1, 1.5). */
const RESYNC_MS = MINUTE_MS;

export interface SyncLoopParts {
  readonly simulation: Simulation;
  readonly node: Pick<NodeServices, 'nextRelistMs' | 'queueCheckMs'>;
  readonly jitter: RandomStream;
  /** How long until PLEG has relisted after a sync. */
  readonly relistMs: () => DurationMs;
  /** Brings PLEG's cache up to date; true when something has changed. */
  readonly relist: () => boolean;
  /** Begins a sync, which ends with `finished`. */
  readonly sync: () => void;
}

export class SyncLoop {
  readonly #parts: SyncLoopParts;
  #state: 'idle' | 'syncing' | 'relisting' | 'stopped' = 'idle';
  #requested = false;
  #relistTimer: EventHandle | null = null;
  #plegTimer: EventHandle | null = null;
  #queueTimer: EventHandle | null = null;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
  }

  request(): void {
    if (this.#state === 'idle') this.begin();
    else this.#requested = true;
  }

  begin(): void {
    this.#state = 'syncing';
    this.#requested = false;
    this.#parts.sync();
  }

  /** The next regular sync of an adopted pod, anywhere within a period. */
  adopt(): void {
    this.#enqueue(RESYNC_MS * 1.5 * this.#parts.jitter.unit());
  }

  /** @param retryMs how long until an error may be over; null: there was none */
  finished(retryMs: DurationMs | null): void {
    if (this.#state !== 'syncing') return;
    this.#state = 'relisting';
    const factor = 1 + this.#parts.jitter.unit() / 2;
    this.#enqueue((retryMs === null ? RESYNC_MS : Math.min(retryMs, RESYNC_MS)) * factor);
    this.#relistTimer = this.#parts.simulation.after(this.#parts.relistMs(), () => {
      this.#state = 'idle';
      const changed = this.#parts.relist();
      if (changed || this.#requested) this.begin();
    });
  }

  /** A process has ended: the periodic relist will see it, unless one after a sync does before. */
  processEnded(): void {
    if (this.#plegTimer !== null || this.#state === 'stopped') return;
    const { simulation, node } = this.#parts;
    this.#plegTimer = simulation.at(node.nextRelistMs(), () => {
      this.#plegTimer = null;
      if (this.#parts.relist()) this.request();
    });
  }

  stop(): void {
    this.#state = 'stopped';
    for (const timer of [this.#relistTimer, this.#plegTimer, this.#queueTimer]) {
      if (timer !== null) this.#parts.simulation.cancel(timer);
    }
  }

  #enqueue(delayMs: DurationMs): void {
    const { simulation, node } = this.#parts;
    if (this.#queueTimer !== null) simulation.cancel(this.#queueTimer);
    this.#queueTimer = simulation.at(node.queueCheckMs(simulation.nowMs + delayMs), () => {
      this.request();
    });
  }
}
