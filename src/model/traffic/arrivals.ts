/**
 * When requests arrive: an open-loop process whose rate follows the scenario's profile, generated in time order
 * by exact inversion of the cumulative rate, so that no arrival is ever scheduled in an event queue.
 */
import { compileDistribution } from '../../kernel/distribution.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';
import { Draws } from './draws.ts';

/** Of the area under the rate between two Poisson arrivals. */
const UNIT_EXPONENTIAL = compileDistribution({ kind: 'exponential', mean: 1 });

interface Segment {
  readonly fromMs: TimeMs;
  readonly toMs: TimeMs;
  /** Requests per millisecond at `fromMs`. */
  readonly rate: number;
  /** Change of the rate per millisecond. */
  readonly slope: number;
}

/** The profile up to `endMs`, and nothing from then on. */
function segments(traffic: Traffic, endMs: TimeMs): readonly Segment[] {
  const first = traffic.rate[0];
  if (first === undefined) throw new Error('open-loop arrivals need a rate');
  const list: Segment[] = [];
  const add = (fromMs: TimeMs, toMs: TimeMs, rate: number, slope: number): void => {
    if (fromMs < endMs && fromMs < toMs) list.push({ fromMs, toMs: Math.min(toMs, endMs), rate, slope });
  };
  add(Number.NEGATIVE_INFINITY, first.atMs, first.rateRps / 1000, 0);
  traffic.rate.forEach((point, index) => {
    const rate = point.rateRps / 1000;
    const next = traffic.rate[index + 1] ?? { atMs: Number.POSITIVE_INFINITY, rateRps: point.rateRps };
    const slope = traffic.ramp ? (next.rateRps / 1000 - rate) / (next.atMs - point.atMs) : 0;
    add(point.atMs, next.atMs, rate, slope);
  });
  list.push({ fromMs: endMs, toMs: Number.POSITIVE_INFINITY, rate: 0, slope: 0 });
  return list;
}

/** Arrivals of all clients together: their superposition, for Poisson clients again a Poisson process. */
export class RateArrivals {
  readonly #segments: readonly Segment[];
  /** null: constant gaps. */
  readonly #gaps: Draws | null;
  #segment: Segment;
  #index = 0;
  /** Time of the next arrival; Infinity when none will come. */
  nextMs: TimeMs;

  /**
   * @param traffic with `arrivals` `poisson` or `constant`
   * @param random gaps of Poisson arrivals
   * @param startMs the first arrival lies after it
   * @param endMs none lies after it
   */
  constructor(traffic: Traffic, random: RandomStream, startMs: TimeMs, endMs: TimeMs) {
    this.#segments = segments(traffic, endMs);
    this.#segment = this.#segments[0] as Segment;
    this.#gaps = traffic.arrivals === 'poisson' ? new Draws(UNIT_EXPONENTIAL, random) : null;
    this.nextMs = startMs;
    while (this.#segment.toMs <= startMs) this.#segment = this.#segments[++this.#index] as Segment;
    this.next();
  }

  /** Moves `nextMs` to the arrival after it. */
  next(): void {
    const needed = this.#gaps === null ? 1 : this.#gaps.next();
    const segment = this.#segment;
    if (segment.slope === 0) {
      const timeMs = this.nextMs + needed / segment.rate;
      if (timeMs <= segment.toMs) {
        this.nextMs = timeMs;
        return;
      }
    }
    this.#search(needed);
  }

  /** Walks through the segments until the area under the rate, from `nextMs` on, is `needed`. */
  #search(needed: number): void {
    let left = needed;
    let timeMs = this.nextMs;
    for (;;) {
      const { fromMs, toMs, rate, slope } = this.#segment;
      const rateNow = slope === 0 ? rate : rate + slope * (timeMs - fromMs);
      // The positive root of rateNow·x + slope·x²/2 = left, in the form that does not cancel.
      const squared = rateNow * rateNow + 2 * slope * left;
      const waitMs = squared < 0 ? Number.POSITIVE_INFINITY : (2 * left) / (rateNow + Math.sqrt(squared));
      if (timeMs + waitMs <= toMs) {
        this.nextMs = timeMs + waitMs;
        return;
      }
      const widthMs = toMs - timeMs;
      left = Math.max(0, left - (rateNow + (slope * widthMs) / 2) * widthMs);
      timeMs = toMs;
      this.#segment = this.#segments[++this.#index] as Segment;
    }
  }
}
