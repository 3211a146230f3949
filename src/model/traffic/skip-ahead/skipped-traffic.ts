/**
 * The requests that nobody follows: how many there were in each bin, and how long they took. They all end well, except
 * for the share that the code itself answers with an error.
 */
import { binomial, poisson } from '../../../kernel/counts.ts';
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
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
  /** Of those counted so far: how many are under way, and when that was. */
  #inFlight = 0;
  #countedToMs: TimeMs;
  offered = 0;

  constructor(parts: SkippedTrafficParts, outcomes: () => Outcomes) {
    this.#parts = parts;
    this.#outcomes = outcomes;
    this.#profile = new RateProfile(parts.traffic, parts.horizonMs);
    this.#accruedToMs = Math.max(parts.startMs, parts.recordFromMs);
    this.#countedToMs = this.#accruedToMs;
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
    if (this.#binArea <= 0 && this.#inFlight === 0) return;
    const offered = this.#draw(this.#binArea);
    this.#binArea = 0;
    this.#count(offered, binEndMs);
  }

  #count(offered: number, binEndMs: TimeMs): void {
    const { failed, random } = this.#parts;
    const under = this.#underWay(offered, binEndMs - this.#countedToMs);
    let ok = this.#inFlight + offered - under;
    this.#inFlight = under;
    this.#countedToMs = binEndMs;
    const owed = Math.min(this.#owed, ok);
    this.#owed -= owed;
    ok -= owed;
    for (const { pod, share } of this.#spread.errors) {
      const errors = Math.min(ok, poisson(random, offered * share));
      if (errors > 0) failed(pod, errors, binEndMs);
      ok -= errors;
    }
    this.#report(offered, ok);
  }

  #report(offered: number, ok: number): void {
    const { laws, latencySeries, traffic } = this.#parts;
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

  /** Of `offered` requests in the last `widthMs`, and those under way before: how many are under way at the end. */
  #underWay(offered: number, widthMs: DurationMs): number {
    const { laws, random } = this.#parts;
    let meanMs = 0;
    this.#spread.laws.forEach((share, law) => {
      if (share > 0) meanMs += share * laws.meanMs(law);
    });
    if (widthMs >= meanMs) return binomial(random, offered, meanMs / widthMs);
    return offered + binomial(random, this.#inFlight, 1 - widthMs / meanMs);
  }

  /**
   * The last bin.
   * @returns how many requests are in flight still
   */
  finish(nowMs: TimeMs): number {
    this.countBin(nowMs);
    const returned = Math.min(this.#owed, this.#inFlight);
    this.#owed -= returned;
    // What is owed beyond that has arrived, whatever the draws say.
    if (this.#owed > 0) this.#report(this.#owed, 0);
    this.#owed = 0;
    return this.#inFlight - returned;
  }

  /** Draws the latencies of everything that was skipped. */
  addLatencies(): void {
    const { laws, random } = this.#parts;
    this.#outcomes().addLatencies((histogram) => {
      laws.drawInto(histogram, this.#masses, this.#ok, random);
    });
  }
}
