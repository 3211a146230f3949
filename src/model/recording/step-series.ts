/** A figure that stays put between changes, written into fixed bins: each bin holds the value at its end. */
import type { TimeMs } from '../../kernel/time.ts';

export class StepSeries {
  readonly #startMs: TimeMs;
  readonly #binMs: number;
  readonly #values: number[] = [];
  #current = 0;

  constructor(startMs: TimeMs, binMs: number) {
    this.#startMs = startMs;
    this.#binMs = binMs;
  }

  /** @param nowMs never before the last change */
  set(nowMs: TimeMs, value: number): void {
    this.#fill(nowMs);
    this.#current = value;
  }

  /** All bins that end at or before `endMs`. */
  finish(endMs: TimeMs): number[] {
    this.#fill(endMs);
    return this.#values;
  }

  #fill(nowMs: TimeMs): void {
    const bins = Math.floor((nowMs - this.#startMs) / this.#binMs);
    while (this.#values.length < bins) this.#values.push(this.#current);
  }
}
