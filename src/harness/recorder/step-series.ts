/** A figure that stays put between changes, written into fixed bins: each bin holds the value at its end. */
import type { TimeMs } from '../../kernel/time.ts';

export class StepSeries {
  readonly #binMs: number;
  readonly #values: number[] = [];
  #current = 0;

  /** The first bin begins at time 0; a change before it counts as the value at its beginning. */
  constructor(binMs: number) {
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
    const bins = Math.floor(nowMs / this.#binMs);
    while (this.#values.length < bins) this.#values.push(this.#current);
  }
}
