/** A client-side rate limit of API calls (R-GEN-4): calls beyond the burst wait for their turn. */
import { SECOND_MS, type DurationMs, type TimeMs } from '../../kernel/time.ts';

export class TokenBucket {
  readonly #qps: number;
  readonly #burst: number;
  #tokens: number;
  #updatedMs: TimeMs = Number.NEGATIVE_INFINITY;

  constructor(qps: number, burst: number) {
    this.#qps = qps;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes one token, now or in the future, and says how long to wait for it. */
  take(nowMs: TimeMs): DurationMs {
    if (this.#updatedMs !== Number.NEGATIVE_INFINITY) {
      const refilled = this.#tokens + ((nowMs - this.#updatedMs) / SECOND_MS) * this.#qps;
      this.#tokens = Math.min(this.#burst, refilled);
    }
    this.#updatedMs = nowMs;
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#qps) * SECOND_MS;
  }

  /** Takes one token if there is one now. */
  tryTake(nowMs: TimeMs): boolean {
    if (this.take(nowMs) === 0) return true;
    this.#tokens += 1;
    return false;
  }
}
