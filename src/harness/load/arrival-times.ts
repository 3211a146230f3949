/** When requests are due: an open loop whose rate follows the scenario's profile, by inversion of its integral. */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';

type Profile = Pick<Traffic, 'arrivals' | 'rate' | 'ramp'>;

interface Stretch {
  readonly untilMs: TimeMs;
  /** Requests per millisecond at its beginning, and how that changes per millisecond. */
  readonly rate: number;
  readonly slope: number;
}

export class ArrivalTimes {
  readonly #stretches: readonly Stretch[];
  readonly #random: RandomStream | null;
  #index = 0;
  #stretchFromMs: TimeMs;
  /** Of the next request; Infinity: none will come. */
  nextMs: TimeMs;

  /** @param random gaps of Poisson arrivals; with constant arrivals the first comes one gap after the start */
  constructor(traffic: Profile, random: RandomStream, startMs: TimeMs, endMs: TimeMs) {
    this.#stretches = stretchesOf(traffic, startMs, endMs);
    this.#random = traffic.arrivals === 'poisson' ? random : null;
    this.#stretchFromMs = startMs;
    this.nextMs = startMs;
    this.advance();
  }

  /** Moves `nextMs` to the request after it. */
  advance(): void {
    let area = this.#random === null ? 1 : this.#random.exponential();
    let fromMs = this.nextMs;
    for (let stretch = this.#stretches[this.#index]; stretch !== undefined;) {
      const { untilMs, rate, slope } = stretch;
      const rateNow = rate + slope * (fromMs - this.#stretchFromMs);
      // The positive root of rateNow·x + slope·x²/2 = area, in the form that does not cancel; none where the rate dies out.
      const squared = rateNow * rateNow + 2 * slope * area;
      const waitMs = squared < 0 ? Infinity : (2 * area) / (rateNow + Math.sqrt(squared));
      if (fromMs + waitMs <= untilMs) {
        this.nextMs = fromMs + waitMs;
        return;
      }
      const widthMs = untilMs - fromMs;
      area = Math.max(0, area - (rateNow + (slope * widthMs) / 2) * widthMs);
      fromMs = untilMs;
      this.#stretchFromMs = untilMs;
      stretch = this.#stretches[++this.#index];
    }
    this.nextMs = Infinity;
  }
}

function stretchesOf({ rate, ramp }: Profile, startMs: TimeMs, endMs: TimeMs): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let atMs = startMs;
  const add = (untilMs: TimeMs, rateAtStart: number, slope: number): void => {
    const endsMs = Math.min(untilMs, endMs);
    if (endsMs <= atMs) return;
    stretches.push({ untilMs: endsMs, rate: rateAtStart, slope });
    atMs = endsMs;
  };
  const [first] = rate;
  if (first === undefined) return [];
  // The first entry holds before its time too.
  add(first.atMs, first.rateRps / 1000, 0);
  rate.forEach((point, index) => {
    const next = rate[index + 1];
    const slope =
      ramp && next !== undefined ? (next.rateRps - point.rateRps) / 1000 / (next.atMs - point.atMs) : 0;
    add(next?.atMs ?? endMs, point.rateRps / 1000 + slope * Math.max(0, atMs - point.atMs), slope);
  });
  return stretches;
}
