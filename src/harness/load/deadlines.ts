/** Waits that all take equally long, so that they end in the order in which they began: no timer for each of them. */
import type { DurationMs, TimeMs } from '../../kernel/time.ts';

/** What is behind is dropped from the front once there is this much of it. */
const COMPACT_AT = 4096;

export interface Waits<T> {
  readonly afterMs: DurationMs;
  /** Whether what was waited for has come. */
  readonly settled: (item: T) => boolean;
  /** The time of an item that is not settled has come. */
  readonly passed: (item: T, nowMs: TimeMs) => void;
}

export class Deadlines<T> {
  readonly #waits: Waits<T>;
  #items: T[] = [];
  #dueMs: TimeMs[] = [];
  #first = 0;

  constructor(waits: Waits<T>) {
    this.#waits = waits;
  }

  /** @param fromMs no earlier than the call before, or the item waits for those before it */
  begin(item: T, fromMs: TimeMs): void {
    this.#items.push(item);
    this.#dueMs.push(fromMs + this.#waits.afterMs);
  }

  /** Whether an item that is not settled has waited long enough. */
  isDue(nowMs: TimeMs): boolean {
    const { settled } = this.#waits;
    while (this.#first < this.#items.length && settled(this.#items[this.#first] as T)) this.#first++;
    if (this.#first >= COMPACT_AT) {
      this.#items = this.#items.slice(this.#first);
      this.#dueMs = this.#dueMs.slice(this.#first);
      this.#first = 0;
    }
    return (this.#dueMs[this.#first] ?? Infinity) <= nowMs;
  }

  check(nowMs: TimeMs): void {
    while (this.isDue(nowMs)) this.#waits.passed(this.#items[this.#first++] as T, nowMs);
  }
}
