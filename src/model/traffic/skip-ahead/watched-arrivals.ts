/**
 * The arrivals that are watched: those of followed clients, and those of other clients that meet a risk. Both are the
 * scenario's arrivals, thinned; the share that is watched changes with the world, and the next one is then drawn anew,
 * which a process without memory allows.
 */
import { logOfFailure } from '../../../kernel/counts.ts';
import type { RandomStream } from '../../../kernel/random.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { Traffic } from '../../../scenario/scenario.ts';
import type { ClientSide } from '../client-side.ts';
import { RateProfile } from '../rate-profile.ts';
import type { ArrivalSource } from '../request-loop.ts';
import type { FollowedClients } from './followed-clients.ts';

export interface WatchedArrivalsParts {
  readonly traffic: Traffic;
  readonly random: RandomStream;
  readonly startMs: TimeMs;
  readonly recordFromMs: TimeMs;
  readonly horizonMs: TimeMs;
  readonly followed: FollowedClients;
  /** A request of a client that is not followed meets a risk at this instant. */
  readonly atRisk: (nowMs: TimeMs) => void;
}

export class WatchedArrivals implements ArrivalSource {
  readonly #parts: WatchedArrivalsParts;
  readonly #profile: RateProfile;
  /** Constant arrivals stand at whole numbers of expected requests since the start. */
  readonly #constant: boolean;
  #followedShare = 0;
  #riskShare = 0;
  #drawnAtMs: TimeMs;
  /** Expected requests from the start to `#drawnAtMs`. */
  #area = 0;
  nextMs: TimeMs = Number.POSITIVE_INFINITY;
  /** How many have come since recording began. */
  recorded = 0;

  constructor(parts: WatchedArrivalsParts) {
    this.#parts = parts;
    this.#profile = new RateProfile(parts.traffic, parts.horizonMs);
    this.#constant = parts.traffic.arrivals === 'constant';
    this.#drawnAtMs = parts.startMs;
  }

  /** Of all requests, from `nowMs` on. @param riskShare of requests at risk of clients that are not followed */
  setShares(nowMs: TimeMs, followedShare: number, riskShare: number): void {
    if (followedShare === this.#followedShare && riskShare === this.#riskShare) return;
    this.#followedShare = followedShare;
    this.#riskShare = riskShare;
    this.#draw(nowMs);
  }

  #draw(nowMs: TimeMs): void {
    const share = this.#followedShare + this.#riskShare;
    if (this.#constant) this.#area += this.#profile.areaBetween(this.#drawnAtMs, nowMs);
    this.#drawnAtMs = nowMs;
    if (share <= 0) {
      this.nextMs = Number.POSITIVE_INFINITY;
      return;
    }
    this.#profile.moveTo(nowMs);
    const area = this.#constant ? this.#toNextWatched(share) : this.#parts.random.exponential() / share;
    const quickMs = this.#profile.timeAfterInside(nowMs, area);
    if (Number.isNaN(quickMs)) this.nextMs = this.#profile.timeAfter(nowMs, area);
    else this.nextMs = quickMs;
  }

  #toNextWatched(share: number): number {
    // Rounding must not find the arrival again that stands here.
    const behind = Math.floor(this.#area + 1e-6);
    const trials =
      share >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(this.#parts.random.unit()) / logOfFailure(share)));
    return behind + trials - this.#area;
  }

  arrive(clients: ClientSide): void {
    const { random, followed, atRisk, recordFromMs } = this.#parts;
    const nowMs = this.nextMs;
    if (nowMs >= recordFromMs) this.recorded++;
    const share = this.#followedShare + this.#riskShare;
    const isFollowed = this.#riskShare === 0 || random.unit() * share < this.#followedShare;
    this.#draw(nowMs);
    if (isFollowed) clients.arrive(nowMs, followed.pick(random));
    else atRisk(nowMs);
  }
}
