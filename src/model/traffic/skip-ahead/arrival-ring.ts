/** Times of the requests that wait for a connection, first come first. */
import type { TimeMs } from '../../../kernel/time.ts';

export class ArrivalRing {
  #times = new Float64Array(64);
  #head = 0;
  length = 0;

  /** The time of the request that has waited longest; only when there is one. */
  get firstMs(): TimeMs {
    return this.#times[this.#head] as number;
  }

  clear(): void {
    this.length = 0;
  }

  push(timeMs: TimeMs): void {
    if (this.length === this.#times.length) this.#grow();
    this.#times[(this.#head + this.length++) & (this.#times.length - 1)] = timeMs;
  }

  shift(): TimeMs {
    const timeMs = this.firstMs;
    this.#head = (this.#head + 1) & (this.#times.length - 1);
    this.length--;
    return timeMs;
  }

  #grow(): void {
    const wider = new Float64Array(2 * this.#times.length);
    for (let i = 0; i < this.length; i++) {
      wider[i] = this.#times[(this.#head + i) & (this.#times.length - 1)] as number;
    }
    this.#times = wider;
    this.#head = 0;
  }
}
