/**
 * When requests arrive: an open-loop process whose rate follows the scenario's profile, generated in time order
 * by exact inversion of the cumulative rate, so that no arrival is ever scheduled in an event queue.
 */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';
import { unitGaps, type Draws } from './draws.ts';
import { RateProfile } from './rate-profile.ts';

/** Arrivals of all clients together: their superposition, for Poisson clients again a Poisson process. */
export class RateArrivals {
  readonly #profile: RateProfile;
  /** null: constant gaps. */
  readonly #gaps: Draws | null;
  /** Time of the next arrival; Infinity when none will come. */
  nextMs: TimeMs;

  /**
   * @param traffic with `arrivals` `poisson` or `constant`
   * @param random gaps of Poisson arrivals
   * @param startMs the first arrival lies after it
   * @param endMs none lies after it
   */
  constructor(traffic: Traffic, random: RandomStream, startMs: TimeMs, endMs: TimeMs) {
    this.#profile = new RateProfile(traffic, endMs);
    this.#profile.moveTo(startMs);
    this.#gaps = traffic.arrivals === 'poisson' ? unitGaps(random) : null;
    this.nextMs = startMs;
    this.next();
  }

  /** Moves `nextMs` to the arrival after it. */
  next(): void {
    const needed = this.#gaps === null ? 1 : this.#gaps.next();
    const timeMs = this.#profile.timeAfterInside(this.nextMs, needed);
    // NaN, which alone differs from itself: the arrival lies beyond the segment, or on a slope.
    this.nextMs = timeMs === timeMs ? timeMs : this.#profile.timeAfter(this.nextMs, needed);
  }
}
