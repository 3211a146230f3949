/** The overloaded pods whose clients are followed by a queue of their own, and when that is possible. */
import type { RandomStream } from '../../../kernel/random.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { NodeIndex, PodIndex } from '../../data-plane.ts';
import { unitGaps, type Draws } from '../draws.ts';
import { RateProfile } from '../rate-profile.ts';
import type { RequestLoop, TrafficOptions } from '../request-loop.ts';
import type { FollowedClients } from './followed-clients.ts';
import { HotClient } from './hot-client.ts';
import { isOnlyOn } from './hot-pool.ts';
import { HotQueue, type HotQueueParts } from './hot-queue.ts';
import type { PodLoads } from './pod-loads.ts';

export interface HotQueuesParts {
  readonly loop: RequestLoop;
  readonly followed: FollowedClients;
  readonly loads: PodLoads;
  /** Nobody else draws from it. */
  readonly random: RandomStream;
}

export class HotQueues {
  readonly #options: TrafficOptions;
  readonly #in: HotQueuesParts;
  readonly #profile: RateProfile;
  readonly #gaps: Draws;
  readonly #ends: Uint8Array;
  readonly #members: (HotClient | undefined)[] = [];
  readonly #queues = new Map<PodIndex, HotQueue>();
  /** Whether clients keep to one pod and ask once. */
  readonly #possible: boolean;

  constructor(options: TrafficOptions, parts: HotQueuesParts) {
    this.#options = options;
    this.#in = parts;
    this.#profile = new RateProfile(options.traffic, options.horizonMs);
    this.#gaps = unitGaps(parts.random);
    this.#ends = new Uint8Array(parts.loop.parts.connections.size);
    const { keepAlive, retries, requestsPerConnectionMax, reuse } = options.traffic.clients;
    this.#possible =
      options.balancing.affinity !== null &&
      options.traffic.arrivals === 'poisson' &&
      keepAlive &&
      reuse === 'lifo' &&
      retries.max === 0 &&
      requestsPerConnectionMax === 0;
  }

  advance(untilMs: TimeMs): void {
    const { pressed } = this.#in.followed;
    for (const [pod, queue] of this.#queues) {
      queue.advance(untilMs);
      if (queue.anyWaits) pressed.add(pod);
      else pressed.delete(pod);
    }
  }

  /** Takes over the clients of hot pods from the request loop where it can. */
  take(nowMs: TimeMs): void {
    if (!this.#possible) return;
    const { followed, loads, loop } = this.#in;
    for (const pod of this.#queues.keys()) if (!loads.isBusy(pod)) this.release(pod, nowMs);
    if (!loads.anyBusy) return;
    const { balancers } = loop.parts;
    for (let at = followed.count - 1; at >= 0; at--) {
      const client = followed.at(at);
      const pod = balancers[client % balancers.length]?.affinityOf(client, nowMs) ?? -1;
      if (pod < 0 || !loads.isBusy(pod) || !this.#allows(pod)) continue;
      if (!isOnlyOn(pod, loop.parts, client, nowMs)) continue;
      const queue = this.#queues.get(pod) ?? new HotQueue(pod, this.#queueParts());
      this.#queues.set(pod, queue);
      queue.advance(nowMs);
      queue.take(client, nowMs);
      followed.enqueue(client);
    }
  }

  #queueParts(): HotQueueParts {
    const { loop } = this.#in;
    const { each, freeMs } = loop.parts.connections;
    return {
      loop,
      clients: this.#options.traffic.clients,
      profile: this.#profile,
      gaps: this.#gaps,
      ends: this.#ends,
      memberOf: (client) => (this.#members[client] ??= new HotClient(client, each, freeMs)),
    };
  }

  #allows(pod: PodIndex): boolean {
    const { state, spec } = this.#in.loop.servers.serverOf(pod);
    return state === 'serving' && spec.errorRate === 0 && spec.coldStart === null;
  }

  /** The pod is about to change: its clients go back to the request loop. */
  release(pod: PodIndex, nowMs: TimeMs): void {
    const queue = this.#queues.get(pod);
    if (queue === undefined) return;
    this.#queues.delete(pod);
    this.#in.followed.pressed.delete(pod);
    queue.advance(nowMs);
    const { clients } = queue;
    queue.release(nowMs);
    for (const client of clients) this.#in.followed.dequeue(client);
  }

  releaseAll(nowMs: TimeMs): void {
    for (const pod of this.#queues.keys()) this.release(pod, nowMs);
  }

  /** The node's endpoints have changed: whoever is not bound to its queue's pod any more cannot stay in it. */
  endpointsChanged(node: NodeIndex, nowMs: TimeMs): void {
    const balancer = this.#in.loop.parts.balancers[node];
    for (const [pod, queue] of this.#queues) {
      const leaves = queue.clients.some(
        (client) => client % this.#options.nodes === node && balancer?.affinityOf(client, nowMs) !== pod,
      );
      if (leaves) this.release(pod, nowMs);
    }
  }
}
