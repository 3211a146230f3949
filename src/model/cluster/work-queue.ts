/**
 * A controller's work queue (R-GEN-2): equal keys coalesce, one key is never processed by two workers, a key
 * that is added while it is processed runs once more afterwards.
 */
import type { Simulation } from '../../kernel/simulation.ts';
import type { DurationMs } from '../../kernel/time.ts';
import { TokenBucket } from './token-bucket.ts';

/** All retries of one queue together. */
const RETRY_QPS = 10;
const RETRY_BURST = 100;

/** Processes one key and calls `done` once, when its last API call has been answered. */
export type Reconcile = (key: string, done: () => void) => void;

/** What the queue knows of one key; keys are few and come again and again. */
interface Entry {
  readonly key: string;
  /** Added and not taken yet. */
  dirty: boolean;
  processing: boolean;
  failures: number;
  readonly done: () => void;
}

export class WorkQueue {
  readonly #simulation: Simulation;
  readonly #workers: number;
  readonly #reconcile: Reconcile;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting: Entry[] = [];
  readonly #retries: TokenBucket = new TokenBucket(RETRY_QPS, RETRY_BURST);
  #processing = 0;

  constructor(simulation: Simulation, workers: number, reconcile: Reconcile) {
    this.#simulation = simulation;
    this.#workers = workers;
    this.#reconcile = reconcile;
  }

  add(key: string): void {
    const entry = this.#entry(key);
    if (entry.dirty) return;
    entry.dirty = true;
    if (entry.processing) return;
    this.#waiting.push(entry);
    this.#simulation.after(0, this.#dispatch);
  }

  addAfter(key: string, delayMs: DurationMs): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    this.#simulation.after(delayMs, () => {
      this.add(key);
    });
  }

  /** Re-queues after a failure with the delay of R-GEN-3: base·2^n, at most `maxMs`, and the queue's own rate. */
  addRateLimited(key: string, baseMs: DurationMs = 5, maxMs: DurationMs = 1_000_000): void {
    const entry = this.#entry(key);
    const failures = entry.failures++;
    const backOffMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures, 60));
    this.addAfter(key, Math.max(backOffMs, this.#retries.take(this.#simulation.nowMs)));
  }

  /** How often the key has failed since it was last forgotten. */
  failures(key: string): number {
    return this.#entries.get(key)?.failures ?? 0;
  }

  /** The key succeeded: its back-off starts anew. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.failures = 0;
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const made: Entry = {
        key,
        dirty: false,
        processing: false,
        failures: 0,
        done: () => {
          this.#finish(made);
        },
      };
      entry = made;
      this.#entries.set(key, entry);
    }
    return entry;
  }

  readonly #dispatch = (): void => {
    while (this.#processing < this.#workers) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      entry.dirty = false;
      entry.processing = true;
      this.#processing++;
      this.#reconcile(entry.key, entry.done);
    }
  };

  #finish(entry: Entry): void {
    if (!entry.processing) throw new Error(`work on ${entry.key} was finished twice`);
    entry.processing = false;
    this.#processing--;
    if (entry.dirty) this.#waiting.push(entry);
    this.#dispatch();
  }
}
