/**
 * What a controller has done and not yet seen in its cache (R-RS-3): until every create and delete of a key is
 * observed, or five minutes have passed, it does nothing more for that key.
 */
import { MINUTE_MS, type TimeMs } from '../../../kernel/time.ts';

export const EXPECTATIONS_TIMEOUT_MS: number = 5 * MINUTE_MS;

interface Expectation {
  creations: number;
  readonly deletions: Set<string>;
  readonly sinceMs: TimeMs;
}

export class Expectations {
  readonly #byKey = new Map<string, Expectation>();

  /** Replaces what was expected of the key. */
  expectCreations(key: string, count: number, nowMs: TimeMs): void {
    this.#byKey.set(key, { creations: count, deletions: new Set(), sinceMs: nowMs });
  }

  /** Replaces what was expected of the key. */
  expectDeletions(key: string, pods: readonly string[], nowMs: TimeMs): void {
    this.#byKey.set(key, { creations: 0, deletions: new Set(pods), sinceMs: nowMs });
  }

  /** A pod of the key appeared, or will not. */
  creationObserved(key: string): void {
    const expectation = this.#byKey.get(key);
    if (expectation !== undefined) expectation.creations -= 1;
  }

  /** The pod is terminating, gone, or was never deleted; counted once. */
  deletionObserved(key: string, pod: string): void {
    this.#byKey.get(key)?.deletions.delete(pod);
  }

  satisfied(key: string, nowMs: TimeMs): boolean {
    const expectation = this.#byKey.get(key);
    if (expectation === undefined) return true;
    if (expectation.creations <= 0 && expectation.deletions.size === 0) return true;
    return nowMs - expectation.sinceMs > EXPECTATIONS_TIMEOUT_MS;
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}
