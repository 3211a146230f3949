/** How the pods of one Job have ended, in the order in which it was seen, and what follows for the next one (R-APP-1). */
import { MINUTE_MS, SECOND_MS, type DurationMs, type TimeMs } from '../../kernel/time.ts';
import { isActive, type PodObject } from './objects.ts';

const BACKOFF_INITIAL_MS = 10 * SECOND_MS;
const BACKOFF_MAX_MS = 10 * MINUTE_MS;

export class JobOutcomes {
  readonly #counted = new Set<string>();
  #succeeded = 0;
  #failed = 0;
  #failedSinceSuccess = 0;
  #lastFailureMs: TimeMs = Number.NEGATIVE_INFINITY;

  get succeeded(): number {
    return this.#succeeded;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Counts the pod when it has ended, once: a pod that is deleted before it succeeds has failed. */
  observe(pod: PodObject, gone: boolean, nowMs: TimeMs): void {
    if ((isActive(pod) && !gone) || this.#counted.has(pod.name)) return;
    this.#counted.add(pod.name);
    if (pod.phase === 'Succeeded') {
      this.#succeeded += 1;
      this.#failedSinceSuccess = 0;
      return;
    }
    this.#failed += 1;
    this.#failedSinceSuccess += 1;
    this.#lastFailureMs = nowMs;
  }

  /** How long no new pod may be created: 10 s·2^(failures since the last success − 1), at most 10 min. */
  backoffMs(nowMs: TimeMs): DurationMs {
    if (this.#failedSinceSuccess === 0) return 0;
    const delayMs = BACKOFF_INITIAL_MS * 2 ** Math.min(this.#failedSinceSuccess - 1, 10);
    return Math.max(0, Math.min(BACKOFF_MAX_MS, delayMs) - (nowMs - this.#lastFailureMs));
  }
}
