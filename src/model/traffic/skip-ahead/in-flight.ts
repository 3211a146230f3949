/**
 * Requests in flight on one pod, of clients that are not followed and open a connection for each request: drawn at the
 * instant at which the pod changes, since only then does it matter which they are.
 */
import { poisson } from '../../../kernel/counts.ts';
import type { RandomStream } from '../../../kernel/random.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { NodeEndpoints, NodeIndex, PodIndex } from '../../data-plane.ts';
import { RateProfile } from '../rate-profile.ts';
import type { TrafficParts } from '../traffic-parts.ts';
import type { ClientLaw } from './client-law.ts';
import type { FollowedClients } from './followed-clients.ts';
import type { PoolState } from './pool-state.ts';

/** Since when a node sends to a pod, and until when it did. */
interface Listing {
  readonly fromMs: TimeMs;
  untilMs: TimeMs;
  /** Share of the node's new connections; the last one, once it is not listed any more. */
  share: number;
}

export interface InFlightParts {
  readonly parts: TrafficParts;
  readonly followed: FollowedClients;
  readonly law: ClientLaw;
  readonly pools: PoolState;
  readonly random: RandomStream;
  readonly recordFromMs: TimeMs;
  readonly horizonMs: TimeMs;
}

export class InFlight {
  readonly #parts: InFlightParts;
  readonly #profile: RateProfile;
  readonly #listings: readonly Map<PodIndex, Listing>[];

  constructor(parts: InFlightParts) {
    this.#parts = parts;
    this.#profile = new RateProfile(parts.parts.traffic, parts.horizonMs);
    this.#listings = parts.parts.balancers.map(() => new Map<PodIndex, Listing>());
  }

  /** The node sends to these pods from `nowMs` on. */
  listed(nowMs: TimeMs, node: NodeIndex, { pods }: NodeEndpoints): void {
    const listings = this.#listings[node];
    if (listings === undefined) return;
    const now = new Set(pods);
    for (const [pod, listing] of listings) {
      if (now.has(pod)) listing.share = 1 / pods.length;
      else if (listing.untilMs === Number.POSITIVE_INFINITY) listing.untilMs = nowMs;
    }
    for (const pod of pods) {
      const known = listings.get(pod);
      if (known !== undefined && known.untilMs === Number.POSITIVE_INFINITY) continue;
      listings.set(pod, { fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY, share: 1 / pods.length });
    }
  }

  /**
   * Puts the requests in flight on a listening pod where they are at `nowMs`.
   * @returns how many counted ones those are
   */
  reveal(pod: PodIndex, nowMs: TimeMs): number {
    let revealed = 0;
    for (let node = 0; node < this.#listings.length; node++) {
      const listing = this.#listings[node]?.get(pod);
      if (listing === undefined) continue;
      const fromMs = Math.max(listing.fromMs, nowMs - this.#parts.law.memoryMs);
      const toMs = Math.min(listing.untilMs, nowMs);
      if (toMs > fromMs) revealed += this.#revealFrom(pod, node, listing.share, [fromMs, toMs, nowMs]);
    }
    return revealed;
  }

  #revealFrom(
    pod: PodIndex,
    node: NodeIndex,
    share: number,
    [fromMs, toMs, nowMs]: readonly [TimeMs, TimeMs, TimeMs],
  ): number {
    const { random, pools, recordFromMs } = this.#parts;
    const { pools: places, connections, traffic } = this.#parts.parts;
    const [clients, ofEach] = this.#clientsOf(node, pod, share, nowMs);
    // Of all requests of that time, at the rate that there was, which may be another by now.
    const area = this.#profile.areaBetween(fromMs, toMs);
    const expected = (area * clients.length * ofEach) / traffic.clients.count;
    const times = Array.from({ length: poisson(random, expected) }, () => {
      this.#profile.moveTo(fromMs);
      return this.#profile.timeAfter(fromMs, random.unit() * area);
    }).sort((a, b) => a - b);
    let underWay = 0;
    for (const atMs of times) {
      const client = clients[random.below(clients.length)] as number;
      const connection = places.take(client, atMs);
      if (connection < 0) continue;
      connections.pod[connection] = pod;
      if (pools.place(connection, pod, true, atMs, nowMs) && atMs >= recordFromMs) underWay++;
    }
    return underWay;
  }

  /** The clients of the node that may have sent to the pod, and the share of each one's requests that went there. */
  #clientsOf(
    node: NodeIndex,
    pod: PodIndex,
    share: number,
    nowMs: TimeMs,
  ): readonly [clients: readonly number[], ofEach: number] {
    const { followed } = this.#parts;
    const { balancers, traffic } = this.#parts.parts;
    const clients: number[] = [];
    let bound = false;
    for (let client = node; client < traffic.clients.count; client += balancers.length) {
      if (followed.has(client)) continue;
      const to = balancers[node]?.affinityOf(client, nowMs) ?? -1;
      if (to >= 0) bound = true;
      if (to < 0 || to === pod) clients.push(client);
    }
    return [clients, bound ? 1 : share];
  }
}
