/**
 * The machine on which all nodes of a small cluster stand, such as kind's: every start of a pod takes some of its
 * processors' time, so that many at once queue for it, first come, first served. Where nodes are machines of their own
 * the profile's `startWork` is 0, and nobody waits.
 */
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';

export class StartQueue {
  /** When the machine has done the work of all starts so far. */
  #doneMs: TimeMs = Number.NEGATIVE_INFINITY;

  /**
   * Takes in the work of one start.
   * @returns how long until it is done
   */
  waitMs(nowMs: TimeMs, workMs: DurationMs): DurationMs {
    this.#doneMs = Math.max(this.#doneMs, nowMs) + workMs;
    return this.#doneMs - nowMs;
  }
}
