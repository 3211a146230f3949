/**
 * A controller's work queue (R-GEN-2): equal keys coalesce, one key is never processed by two workers, a key
 * that is added while it is processed runs once more afterwards.
 */
import type { EventHandle } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { DurationMs } from '../../kernel/time.ts';
import { TokenBucket } from './token-bucket.ts';

/** All retries of one queue together. */
const RETRY_QPS = 10;
const RETRY_BURST = 100;

/** Processes one key and calls `done` once, when its last API call has been answered. */
export type Reconcile = (key: string, done: () => void) => void;

export class WorkQueue {
  readonly #simulation: Simulation;
  readonly #workers: number;
  readonly #reconcile: Reconcile;
  readonly #waiting: string[] = [];
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #retries: TokenBucket = new TokenBucket(RETRY_QPS, RETRY_BURST);
  readonly #failures = new Map<string, number>();
  readonly #delayed = new Map<string, Set<EventHandle>>();

  constructor(simulation: Simulation, workers: number, reconcile: Reconcile) {
    this.#simulation = simulation;
    this.#workers = workers;
    this.#reconcile = reconcile;
  }

  add(key: string): void {
    if (this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (this.#processing.has(key)) return;
    this.#waiting.push(key);
    this.#simulation.after(0, () => {
      this.#dispatch();
    });
  }

  addAfter(key: string, delayMs: DurationMs): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const handles = this.#delayed.get(key) ?? new Set<EventHandle>();
    this.#delayed.set(key, handles);
    const handle = this.#simulation.after(delayMs, () => {
      handles.delete(handle);
      this.add(key);
    });
    handles.add(handle);
  }

  /** Re-queues after a failure with the delay of R-GEN-3: base·2^n, at most `maxMs`, and the queue's own rate. */
  addRateLimited(key: string, baseMs: DurationMs = 5, maxMs: DurationMs = 1_000_000): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const backOffMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures, 60));
    this.addAfter(key, Math.max(backOffMs, this.#retries.take(this.#simulation.nowMs)));
  }

  /** How often the key has failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key succeeded: its back-off starts anew. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  #dispatch(): void {
    while (this.#processing.size < this.#workers) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      this.#dirty.delete(key);
      this.#processing.add(key);
      this.#reconcile(key, () => {
        this.#finish(key);
      });
    }
  }

  #finish(key: string): void {
    if (!this.#processing.delete(key)) throw new Error(`work on ${key} was finished twice`);
    if (this.#dirty.has(key)) this.#waiting.push(key);
    this.#dispatch();
  }
}
