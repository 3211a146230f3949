/**
 * The requests that nobody follows: how many there were in each bin, and how long they took. They all end well, except
 * for the share that the code itself answers with an error.
 */
import { poisson } from '../../../kernel/counts.ts';
import type { RandomStream } from '../../../kernel/random.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { Traffic } from '../../../scenario/scenario.ts';
import type { PodIndex } from '../../data-plane.ts';
import type { LatencyLaws } from '../latency-law.ts';
import type { Outcomes } from '../outcomes.ts';
import { RateProfile } from '../rate-profile.ts';

/** Where the requests go that nobody follows. */
export interface SkippedSpread {
  /** Share of them under each latency law; sums to 1. */
  readonly laws: readonly number[];
  /** Share of them that one pod answers with an error, for each pod whose code does that. */
  readonly errors: readonly { readonly pod: PodIndex; readonly share: number }[];
}

export interface SkippedTrafficParts {
  readonly traffic: Traffic;
  readonly random: RandomStream;
  readonly startMs: TimeMs;
  readonly recordFromMs: TimeMs;
  readonly horizonMs: TimeMs;
  readonly laws: LatencyLaws;
  /** Whether latencies by bin are wanted. */
  readonly latencySeries: boolean;
  /** So many requests that ended by `endMs` were answered with an error by a pod. */
  readonly failed: (pod: PodIndex, count: number, endMs: TimeMs) => void;
}

export class SkippedTraffic {
  readonly #parts: SkippedTrafficParts;
  readonly #profile: RateProfile;
  readonly #outcomes: () => Outcomes;
  #accruedToMs: TimeMs;
  /** Of all requests. */
  #share = 1;
  #spread: SkippedSpread = { laws: [], errors: [] };
  /** Expected requests since the last bin, and under each law since recording began. */
  #binArea = 0;
  readonly #masses: number[] = [];
  /** Constant arrivals leave a part of a request over. */
  #carry = 0;
  /** Requests counted as skipped as they arrived, and followed to their end since. */
  #owed = 0;
  #ok = 0;
  offered = 0;

  constructor(parts: SkippedTrafficParts, outcomes: () => Outcomes) {
    this.#parts = parts;
    this.#outcomes = outcomes;
    this.#profile = new RateProfile(parts.traffic, parts.horizonMs);
    this.#accruedToMs = Math.max(parts.startMs, parts.recordFromMs);
  }

  /** From `nowMs` on this share of all requests is skipped. */
  setShare(nowMs: TimeMs, share: number): void {
    this.#accrue(nowMs);
    this.#share = share;
  }

  setSpread(nowMs: TimeMs, spread: SkippedSpread): void {
    this.#accrue(nowMs);
    this.#spread = spread;
  }

  /** `count` requests that had arrived uncounted one by one are followed from now on. */
  handOver(count: number): void {
    this.#owed += count;
  }

  #accrue(nowMs: TimeMs): void {
    if (nowMs <= this.#accruedToMs) return;
    const area = this.#share <= 0 ? 0 : this.#profile.areaBetween(this.#accruedToMs, nowMs) * this.#share;
    this.#accruedToMs = nowMs;
    if (area <= 0) return;
    this.#binArea += area;
    const masses = this.#masses;
    this.#spread.laws.forEach((share, law) => {
      masses[law] = (masses[law] ?? 0) + area * share;
    });
  }

  /** Counts what was skipped since the last bin; must be called before the bin is closed. */
  countBin(binEndMs: TimeMs): void {
    this.#accrue(binEndMs);
    if (this.#binArea <= 0) return;
    const offered = this.#draw(this.#binArea);
    this.#binArea = 0;
    this.#count(offered, binEndMs);
  }

  #count(offered: number, binEndMs: TimeMs): void {
    const { failed, laws, latencySeries, traffic, random } = this.#parts;
    const owed = Math.min(this.#owed, offered);
    this.#owed -= owed;
    let ok = offered - owed;
    for (const { pod, share } of this.#spread.errors) {
      const errors = Math.min(ok, poisson(random, offered * share));
      if (errors > 0) failed(pod, errors, binEndMs);
      ok -= errors;
    }
    this.offered += offered;
    this.#ok += ok;
    const spread = this.#spread.laws;
    this.#outcomes().skipped(
      { offered, ok, reused: traffic.clients.keepAlive },
      latencySeries ? (latencyMs) => laws.probability(spread, latencyMs) : null,
    );
  }

  #draw(area: number): number {
    if (this.#parts.traffic.arrivals === 'poisson') return poisson(this.#parts.random, area);
    const whole = Math.floor(area + this.#carry);
    this.#carry += area - whole;
    return whole;
  }

  /**
   * The last bin: some are in flight still.
   * @returns how many those are
   */
  finish(nowMs: TimeMs): number {
    const { random, laws } = this.#parts;
    const ratePerMs = this.#profile.rateAt(nowMs) * this.#share;
    let meanMs = 0;
    this.#spread.laws.forEach((share, law) => {
      if (share > 0) meanMs += share * laws.meanMs(law);
    });
    this.#accrue(nowMs);
    const drawn = poisson(random, ratePerMs * meanMs);
    const inFlight = Math.min(drawn, this.offered + this.#binArea);
    this.#owed += inFlight;
    // What is owed has arrived, whatever the last bin's own count says.
    this.#count(Math.max(this.#draw(this.#binArea), this.#owed), nowMs);
    this.#binArea = 0;
    return inFlight;
  }

  /** Draws the latencies of everything that was skipped. */
  addLatencies(): void {
    const { laws, random } = this.#parts;
    this.#outcomes().addLatencies((histogram) => {
      laws.drawInto(histogram, this.#masses, this.#ok, random);
    });
  }
}
