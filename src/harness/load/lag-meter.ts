/** How late the generator handed requests on, second by second: what tells a saturated generator from a slow cluster. */
import type { TimeMs } from '../../kernel/time.ts';

export class LagMeter {
  readonly #startMs: TimeMs;
  readonly #p99Ms: number[] = [];
  #lags: number[] = [];

  constructor(startMs: TimeMs) {
    this.#startMs = startMs;
  }

  /** @param dueMs rises from call to call */
  note(dueMs: TimeMs, nowMs: TimeMs): void {
    const second = Math.max(0, Math.floor((dueMs - this.#startMs) / 1000));
    while (this.#p99Ms.length < second) this.#closeSecond();
    this.#lags.push(Math.max(0, nowMs - dueMs));
  }

  /** Of the seconds that are over. */
  get p99Ms(): readonly number[] {
    return this.#p99Ms;
  }

  /** The 99th percentile of each second so far; 0 where nothing was due. */
  finish(): readonly number[] {
    if (this.#lags.length > 0) this.#closeSecond();
    return this.#p99Ms;
  }

  #closeSecond(): void {
    const sorted = Float64Array.from(this.#lags).sort();
    this.#lags = [];
    this.#p99Ms.push(sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0);
  }
}
