/** The scenario's request rate over time: how much of it lies between two instants, and when a given amount is reached. */
import type { TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';

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

/** A place in the profile, which every question moves. */
export class RateProfile {
  readonly #segments: readonly Segment[];
  #segment: Segment;
  #index = 0;

  /** @param endMs the rate is 0 from here on */
  constructor(traffic: Traffic, endMs: TimeMs) {
    this.#segments = segments(traffic, endMs);
    this.#segment = this.#segments[0] as Segment;
  }

  /** Moves to the segment that holds `timeMs`; on a border, the one that begins there. */
  moveTo(timeMs: TimeMs): void {
    while (this.#segment.fromMs > timeMs) this.#segment = this.#segments[--this.#index] as Segment;
    while (this.#segment.toMs <= timeMs) this.#segment = this.#segments[++this.#index] as Segment;
  }

  /** Requests per millisecond at `timeMs`. */
  rateAt(timeMs: TimeMs): number {
    this.moveTo(timeMs);
    const { fromMs, rate, slope } = this.#segment;
    return slope === 0 ? rate : rate + slope * (timeMs - fromMs);
  }

  /** When the current segment ends, with whatever follows from its rate. */
  get segmentEndsMs(): TimeMs {
    return this.#segment.toMs;
  }

  /** Whether the rate changes inside the current segment. */
  get ramps(): boolean {
    return this.#segment.slope !== 0;
  }

  /** Expected requests from `fromMs` to `toMs`; moves to `toMs`. */
  areaBetween(fromMs: TimeMs, toMs: TimeMs): number {
    this.moveTo(fromMs);
    let area = 0;
    let atMs = fromMs;
    while (this.#segment.toMs < toMs) {
      area += this.#areaInside(atMs, this.#segment.toMs);
      atMs = this.#segment.toMs;
      this.#segment = this.#segments[++this.#index] as Segment;
    }
    return area + this.#areaInside(atMs, toMs);
  }

  #areaInside(fromMs: TimeMs, toMs: TimeMs): number {
    const { fromMs: startMs, rate, slope } = this.#segment;
    const widthMs = toMs - fromMs;
    if (slope === 0) return rate * widthMs;
    return (rate + slope * (fromMs - startMs + widthMs / 2)) * widthMs;
  }

  /** `fromMs + area ÷ rate` where that stays in a segment without slope; NaN elsewhere: the quick way of `timeAfter`. */
  timeAfterInside(fromMs: TimeMs, area: number): TimeMs {
    const segment = this.#segment;
    if (segment.slope !== 0) return Number.NaN;
    const timeMs = fromMs + area / segment.rate;
    return timeMs <= segment.toMs ? timeMs : Number.NaN;
  }

  /** When `area` requests are expected from `fromMs` on, which lies in the current segment; Infinity: never. Moves there. */
  timeAfter(fromMs: TimeMs, area: number): TimeMs {
    let left = area;
    let timeMs = fromMs;
    for (;;) {
      const { fromMs: startMs, toMs, rate, slope } = this.#segment;
      const rateNow = slope === 0 ? rate : rate + slope * (timeMs - startMs);
      // The positive root of rateNow·x + slope·x²/2 = left, in the form that does not cancel.
      const squared = rateNow * rateNow + 2 * slope * left;
      const waitMs = squared < 0 ? Number.POSITIVE_INFINITY : (2 * left) / (rateNow + Math.sqrt(squared));
      if (timeMs + waitMs <= toMs) return timeMs + waitMs;
      const widthMs = toMs - timeMs;
      left = Math.max(0, left - (rateNow + (slope * widthMs) / 2) * widthMs);
      timeMs = toMs;
      this.#segment = this.#segments[++this.#index] as Segment;
    }
  }
}
