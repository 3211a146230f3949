/** Waits that all take equally long, so that they end in the order in which they began: no timer for each of them. */
import type { DurationMs, TimeMs } from '../../kernel/time.ts';

/** Settled ones are dropped from the front once there are this many of them. */
const COMPACT_AT = 4096;

export class Deadlines<T> {
  readonly #afterMs: DurationMs;
  readonly #passed: (item: T, nowMs: TimeMs) => void;
  #items: T[] = [];
  #dueMs: TimeMs[] = [];
  #first = 0;

  /** @param passed called for every item whose time has come: it must leave those alone that have ended meanwhile */
  constructor(afterMs: DurationMs, passed: (item: T, nowMs: TimeMs) => void) {
    this.#afterMs = afterMs;
    this.#passed = passed;
  }

  /** @param fromMs no earlier than the call before, or the item waits for those before it */
  begin(item: T, fromMs: TimeMs): void {
    this.#items.push(item);
    this.#dueMs.push(fromMs + this.#afterMs);
  }

  check(nowMs: TimeMs): void {
    while (this.#first < this.#items.length && (this.#dueMs[this.#first] ?? 0) <= nowMs) {
      const item = this.#items[this.#first++] as T;
      this.#passed(item, nowMs);
    }
    if (this.#first < COMPACT_AT) return;
    this.#items = this.#items.slice(this.#first);
    this.#dueMs = this.#dueMs.slice(this.#first);
    this.#first = 0;
  }
}
