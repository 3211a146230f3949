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

/** Of an expected number of requests: less than this is a matter of rounding. */
const ROUNDING = 1e-6;

/** Longer than all but this share takes, no constant arrival is looked for; nor where more than so many may be under way. */
const UNSEEN_SHARE = 1e-4;
const LOOKED_AT_MAX = 10_000;

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
  /** How many counted requests have been followed as they arrived. */
  readonly watched: () => number;
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
  /** Constant arrivals stand at whole numbers of expected requests; how many had come when recording began. */
  readonly #before: number;
  /** Expected requests from the start to the end of the last bin. */
  #area = 0;
  #areaToMs: TimeMs;
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
    this.#areaToMs = parts.startMs;
    this.#before = this.#standBefore(this.#accruedToMs);
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
    const { laws } = this.#spread;
    for (let law = 0; law < laws.length; law++) {
      masses[law] = (masses[law] ?? 0) + area * (laws[law] as number);
    }
  }

  /** Counts what was skipped since the last bin; must be called before the bin is closed. */
  countBin(binEndMs: TimeMs): void {
    this.#accrue(binEndMs);
    if (this.#binArea > 0 || this.#inFlight > 0) this.#settle(this.#draw(binEndMs), binEndMs);
    if (this.#owed > 0) this.#takeBack();
  }

  /** More were in flight than the draws had left under way: some of those counted as ended have ended only now. */
  #takeBack(): void {
    const { keepAlive } = this.#parts.traffic.clients;
    const taken = this.#outcomes().takeBack(Math.min(this.#owed, this.#ok), keepAlive);
    this.#owed -= taken;
    this.#ok -= taken;
  }

  #settle(offered: number, binEndMs: TimeMs): void {
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
      latencySeries ? (bucket) => laws.probabilityUpTo(spread, bucket) : null,
    );
  }

  /** How many were skipped since the last bin. */
  #draw(binEndMs: TimeMs): number {
    const area = this.#binArea;
    this.#binArea = 0;
    if (this.#parts.traffic.arrivals === 'poisson') return poisson(this.#parts.random, area);
    // Whatever is not watched: their number is no matter of chance.
    const all = this.#standBefore(binEndMs) - this.#before;
    return area <= 0 ? 0 : Math.max(0, all - this.#parts.watched() - this.offered);
  }

  /** How many constant arrivals there are before this instant, which is no earlier than at the last call. */
  #standBefore(timeMs: TimeMs): number {
    if (timeMs > this.#areaToMs) this.#area += this.#profile.areaBetween(this.#areaToMs, timeMs);
    this.#areaToMs = timeMs;
    return Math.ceil(this.#area - ROUNDING) - 1;
  }

  /** Of `offered` requests in the last `widthMs`, and those under way before: how many are under way at the end. */
  #underWay(offered: number, widthMs: DurationMs): number {
    const { laws, random } = this.#parts;
    const meanMs = laws.meanOf(this.#spread.laws);
    if (widthMs >= meanMs) return binomial(random, offered, meanMs / widthMs);
    return offered + binomial(random, this.#inFlight, 1 - widthMs / meanMs);
  }

  /**
   * The last bin.
   * @returns how many requests are in flight still
   */
  finish(nowMs: TimeMs): number {
    this.countBin(nowMs);
    this.#lookWhoIsUnderWay();
    const returned = Math.min(this.#owed, this.#inFlight);
    this.#owed -= returned;
    // What is owed still has arrived, whatever the draws say.
    if (this.#owed > 0) this.#report(this.#owed, 0);
    this.#owed = 0;
    return this.#inFlight - returned;
  }

  /** How many constant arrivals are under way depends on how long ago each was, the last of them above all. */
  #lookWhoIsUnderWay(): void {
    const { traffic, laws, random } = this.#parts;
    const rate = this.#profile.rateAt(this.#countedToMs);
    if (traffic.arrivals === 'poisson' || this.#share <= 0 || this.#spread.laws.length === 0) return;
    const lookedAt = Math.min(this.offered, rate * laws.longestMs(UNSEEN_SHARE));
    if (lookedAt > LOOKED_AT_MAX) return;
    let under = 0;
    let behind = this.#area - (Math.ceil(this.#area - ROUNDING) - 1);
    for (; behind < lookedAt; behind++) {
      const isUnderWay = 1 - laws.probability(this.#spread.laws, behind / rate);
      if (random.unit() < this.#share * isUnderWay) under++;
    }
    this.#report(0, this.#inFlight - under);
    this.#inFlight = under;
  }

  /** Draws the latencies of everything that was skipped. */
  addLatencies(): void {
    const { laws, random } = this.#parts;
    this.#outcomes().addLatencies((histogram) => {
      laws.drawInto(histogram, this.#masses, this.#ok, random);
    });
  }
}
