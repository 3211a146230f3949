/**
 * The workers of one server, known by the times at which they become free. While places are left those times are
 * only noted, in no order, and the past ones thrown out when the list is full; a server without a free worker has
 * them in a heap, whose first is the next to become free. Which worker serves whom makes no difference.
 */
import type { TimeMs } from '../../kernel/time.ts';

export class Workers {
  /** `count` times: those of all busy workers, and of others that have not been thrown out. */
  readonly #freeMs: Float64Array;
  readonly #concurrency: number;
  /** So few busy workers that a list is cheaper than a heap. */
  readonly #fewBusy: number;
  #count = 0;
  #heaped = false;
  /** Requests that found a free worker in the heap since one last found none. */
  #foundFree = 0;

  constructor(concurrency: number) {
    this.#freeMs = new Float64Array(concurrency);
    this.#concurrency = concurrency;
    this.#fewBusy = Math.floor(concurrency * 0.75);
  }

  clear(): void {
    this.#count = 0;
    this.#heaped = false;
  }

  /** When a worker can take the request that comes next: now, or later when all are busy. */
  nextFreeMs(nowMs: TimeMs): TimeMs {
    let freeMs = Number.NEGATIVE_INFINITY;
    if (this.#count === this.#concurrency) {
      if (this.#heaped && (this.#freeMs[0] as number) > nowMs) this.#foundFree = 0;
      else this.#foundSomeFree(nowMs);
      if (this.#count === this.#concurrency) freeMs = this.#freeMs[0] as number;
    }
    return Math.max(freeMs, nowMs);
  }

  #foundSomeFree(nowMs: TimeMs): void {
    if (this.#heaped && ++this.#foundFree < this.#concurrency) return;
    this.#discardFree(nowMs);
    this.#foundFree = 0;
    this.#heaped = this.#count > this.#fewBusy;
    if (this.#heaped) this.#heapify();
  }

  /** The worker that `nextFreeMs` spoke of is busy until `untilMs`. */
  occupy(untilMs: TimeMs): void {
    // Where the time stands the call finds it: a number that a call passes on is allocated.
    if (!this.#heaped) this.#freeMs[this.#count++] = untilMs;
    else if (this.#count === this.#concurrency) {
      this.#freeMs[0] = untilMs;
      this.#sink(0);
    } else {
      this.#freeMs[this.#count] = untilMs;
      this.#rise(this.#count++);
    }
  }

  /** When the busy workers become free, in no order; some of those times may have passed. */
  freeTimesMs(): TimeMs[] {
    return Array.from(this.#freeMs.subarray(0, this.#count));
  }

  #discardFree(nowMs: TimeMs): void {
    const free = this.#freeMs;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const untilMs = free[i] as number;
      if (untilMs > nowMs) free[kept++] = untilMs;
    }
    this.#count = kept;
  }

  #heapify(): void {
    for (let at = (this.#count >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  #rise(start: number): void {
    const free = this.#freeMs;
    const untilMs = free[start] as TimeMs;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = free[parent] as number;
      if (parentMs <= untilMs) break;
      free[at] = parentMs;
      at = parent;
    }
    free[at] = untilMs;
  }

  #sink(start: number): void {
    const free = this.#freeMs;
    const untilMs = free[start] as TimeMs;
    const count = this.#count;
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      // Which of the two is earlier is a coin toss, so that a branch would be mispredicted half of the time.
      if (child + 1 < count) child += Number((free[child + 1] as number) < (free[child] as number));
      const childMs = free[child] as number;
      if (childMs >= untilMs) break;
      free[at] = childMs;
      at = child;
    }
    free[at] = untilMs;
  }
}
