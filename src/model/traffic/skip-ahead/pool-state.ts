/**
 * The pool of a client that was not followed for a while: what has become of its connections meanwhile, and which of its
 * requests are in flight at the instant from which it is followed again.
 */
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { Clients } from '../../../scenario/scenario.ts';
import type { NodeEndpoints, NodeIndex, PodIndex } from '../../data-plane.ts';
import type { NodeBalancer } from '../balancer.ts';
import { BY_IDLE_TIMEOUT, CLOSED, CONNECTING, SENT } from '../connections.ts';
import { RateProfile } from '../rate-profile.ts';
import type { ServerSide } from '../server-side.ts';
import type { TrafficParts } from '../traffic-parts.ts';
import type { ClientLaw } from './client-law.ts';
import type { FollowedClients } from './followed-clients.ts';

/** A client that was away for less has its pool as it left it. */
const UNCHANGED_MS = 200;
/** Draws of a pod that listens, among a node's endpoints, before a new connection is given up. */
const PICKS_MAX = 8;

export interface PoolStateParts {
  readonly parts: TrafficParts;
  readonly servers: ServerSide;
  readonly law: ClientLaw;
  readonly random: RandomStream;
  readonly recordFromMs: TimeMs;
  readonly horizonMs: TimeMs;
  readonly followed: FollowedClients;
}

export class PoolState {
  readonly #parts: TrafficParts;
  readonly #servers: ServerSide;
  readonly #law: ClientLaw;
  readonly #random: RandomStream;
  readonly #recordFromMs: TimeMs;
  readonly #followed: FollowedClients;
  readonly #clients: Clients;
  readonly #oneWayMs: DurationMs;
  readonly #profile: RateProfile;
  /** Since when each client is not followed. */
  readonly #sinceMs: Float64Array;
  /** Share of each client's requests that has been followed since it was last set, when that was, and the share before. */
  readonly #risk: Float64Array;
  readonly #riskSinceMs: Float64Array;
  readonly #riskBefore: Float64Array;

  constructor(
    { parts, servers, law, random, recordFromMs, horizonMs, followed }: PoolStateParts,
    startMs: TimeMs,
  ) {
    this.#parts = parts;
    this.#servers = servers;
    this.#law = law;
    this.#random = random;
    this.#recordFromMs = recordFromMs;
    this.#followed = followed;
    this.#clients = parts.traffic.clients;
    this.#oneWayMs = parts.oneWayMs;
    this.#profile = new RateProfile(parts.traffic, horizonMs);
    this.#sinceMs = new Float64Array(this.#clients.count).fill(startMs);
    this.#risk = new Float64Array(this.#clients.count);
    this.#riskSinceMs = new Float64Array(this.#clients.count);
    this.#riskBefore = new Float64Array(this.#clients.count);
  }

  /** The client is not followed from `nowMs` on. */
  left(client: number, nowMs: TimeMs): void {
    this.#sinceMs[client] = nowMs;
  }

  /** This share of the client's requests is followed one by one from `nowMs` on, although the client is not. */
  exposed(client: number, risk: number, nowMs: TimeMs): void {
    if (risk === this.#risk[client]) return;
    this.#riskBefore[client] = this.#risk[client] as number;
    this.#risk[client] = risk;
    this.#riskSinceMs[client] = nowMs;
  }

  /** Connections of the client that are open, as far as is known. */
  openCount(client: number): number {
    const { phase, each } = this.#parts.connections;
    let open = 0;
    for (let at = client * each; at < (client + 1) * each; at++) {
      if (phase[at] !== CLOSED && phase[at] !== CONNECTING) open++;
    }
    return open;
  }

  /** Lets the pool of a client that is not followed become what it is at `nowMs`, with no request in flight. */
  catchUp(client: number, nowMs: TimeMs): void {
    const sinceMs = this.#sinceMs[client] as number;
    this.#sinceMs[client] = nowMs;
    if (!this.#clients.keepAlive) return;
    this.#grow(client, sinceMs, nowMs);
    if (nowMs - sinceMs > UNCHANGED_MS) this.#refresh(client, sinceMs, nowMs);
  }

  /**
   * The node's endpoints are about to change: whoever is not bound to its pod any more has opened what it has opened
   * before that, and nothing binds its address yet (R-KP-11).
   */
  endpointsChange(nowMs: TimeMs, node: NodeIndex, { pods }: NodeEndpoints): void {
    const balancer = this.#parts.balancers[node];
    if (balancer?.hasAffinity !== true) return;
    for (let client = node; client < this.#clients.count; client += this.#parts.balancers.length) {
      const bound = balancer.affinityOf(client, nowMs);
      if (bound >= 0 && !pods.includes(bound) && !this.#followed.has(client)) this.catchUp(client, nowMs);
    }
  }

  /**
   * The same, with the requests that are in flight at `nowMs`.
   * @returns how many counted ones those are
   */
  resume(client: number, nowMs: TimeMs): number {
    const sinceMs = this.#sinceMs[client] as number;
    const fromMs = Math.max(sinceMs, nowMs - this.#law.memoryMs);
    if (fromMs > sinceMs) this.catchUp(client, fromMs);
    const { pools, connections } = this.#parts;
    let underWay = 0;
    for (let atMs = this.#arrivalAfter(fromMs); atMs < nowMs; atMs = this.#arrivalAfter(atMs)) {
      if (this.#wasAtRisk(client, atMs)) continue;
      const connection = pools.take(client, atMs);
      if (connection < 0) continue;
      const opens = connections.phase[connection] === CLOSED;
      const pod = opens ? this.#pickListening(client, atMs) : (connections.pod[connection] as number);
      if (pod < 0) connections.close(connection);
      else if (this.place(connection, pod, opens, atMs, nowMs) && atMs >= this.#recordFromMs) underWay++;
    }
    return underWay;
  }

  #wasAtRisk(client: number, atMs: TimeMs): boolean {
    const isBefore = atMs < (this.#riskSinceMs[client] as number);
    const risk = (isBefore ? this.#riskBefore : this.#risk)[client] as number;
    return risk > 0 && this.#random.unit() < risk;
  }

  /** Of one client, at the rate that there was, which may be another by now. */
  #arrivalAfter(timeMs: TimeMs): TimeMs {
    this.#profile.moveTo(timeMs);
    return this.#profile.timeAfter(timeMs, this.#random.exponential() * this.#clients.count);
  }

  #gapMs(ratePerMs: number): DurationMs {
    return this.#random.exponential() / ratePerMs;
  }

  #pickListening(client: number, atMs: TimeMs): PodIndex {
    const balancer = this.#parts.balancers[client % this.#parts.balancers.length];
    if (balancer === undefined) return -1;
    if (balancer.hasAffinity) return this.#bindListening(balancer, client, atMs);
    for (let i = 0; i < PICKS_MAX; i++) {
      const pod = balancer.pick(client, atMs);
      if (pod < 0 || this.#servers.serverOf(pod).listening) return pod;
    }
    return -1;
  }

  /** Those that fail are followed, and bind the address themselves. */
  #bindListening(balancer: NodeBalancer, client: number, atMs: TimeMs): PodIndex {
    const bound = balancer.affinityOf(client, atMs);
    const listening = balancer.pods.filter((pod) => this.#servers.serverOf(pod).listening);
    if (bound >= 0 && !listening.includes(bound)) return -1;
    // As every client does, from the same stream.
    if (bound >= 0 || listening.length === balancer.pods.length) return balancer.pick(client, atMs);
    if (listening.length === 0) return -1;
    const pod = listening[this.#random.below(listening.length)] as PodIndex;
    balancer.bind(client, pod, atMs);
    return pod;
  }

  /** Puts a request that was sent at `sentMs`, before now, where it is now. True: it is still under way. */
  place(connection: number, pod: PodIndex, opens: boolean, sentMs: TimeMs, nowMs: TimeMs): boolean {
    const { connections, wire, handshakes } = this.#parts;
    connections.arrivedMs[connection] = sentMs;
    connections.deadlineMs[connection] = sentMs + this.#clients.timeoutMs;
    connections.attempts[connection] = 1;
    connections.user[connection] = -1;
    connections.freeMs[connection] = Number.POSITIVE_INFINITY;
    connections.uncounted[connection] = 0;
    connections.phase[connection] = SENT;
    const crossings = opens ? 3 : 1;
    const arrivesMs = sentMs + crossings * this.#oneWayMs;
    if (opens) {
      connections.pod[connection] = pod;
      connections.openedMs[connection] = sentMs;
      connections.serverClosesMs[connection] = Number.POSITIVE_INFINITY;
      connections.goneMs[connection] = Number.POSITIVE_INFINITY;
      connections.closedBy[connection] = BY_IDLE_TIMEOUT;
      connections.used[connection] = 0;
    }
    connections.sentMs[connection] = arrivesMs - this.#oneWayMs;
    connections.used[connection] = (connections.used[connection] as number) + 1;
    if (arrivesMs <= nowMs) return this.#servers.servedEarlier(connection, arrivesMs, nowMs);
    if (!opens) wire.insert(arrivesMs, connection);
    else if (sentMs + this.#oneWayMs <= nowMs) handshakes.insert(arrivesMs, connection);
    else {
      connections.phase[connection] = CONNECTING;
      connections.used[connection] = 0;
      wire.insert(sentMs + this.#oneWayMs, connection);
    }
    return true;
  }

  /** Whenever all connections were busy, another one was opened. */
  #grow(client: number, sinceMs: TimeMs, nowMs: TimeMs): void {
    const { pools, connections } = this.#parts;
    let open = this.openCount(client);
    let atMs = sinceMs;
    while (open < this.#clients.connectionsEach) {
      const perMs = this.#law.ratePerMs * this.#law.opens(open);
      if (!(perMs > 0)) return;
      atMs += this.#gapMs(perMs);
      if (atMs >= nowMs) return;
      const connection = pools.takeUnused(client);
      if (connection < 0) return;
      const pod = this.#pickListening(client, atMs);
      if (pod < 0) {
        connections.close(connection);
        return;
      }
      connections.pod[connection] = pod;
      connections.openedMs[connection] = atMs;
      connections.used[connection] = 1;
      connections.closedBy[connection] = BY_IDLE_TIMEOUT;
      connections.uncounted[connection] = 0;
      this.#servers.idleSince(connection, atMs);
      open++;
    }
  }

  /** Idle connections were used meanwhile, those on top of the pool often and those below hardly ever. */
  #refresh(client: number, sinceMs: TimeMs, nowMs: TimeMs): void {
    const { pools, connections } = this.#parts;
    const idle = pools.idleOf(client, nowMs);
    const limit = this.#clients.requestsPerConnectionMax;
    for (let i = 0; i < idle.length; i++) {
      const connection = idle[i] as number;
      const usesPerMs = this.#law.usesPerMs(idle.length - i, idle.length);
      const usedMs = nowMs - this.#gapMs(usesPerMs);
      if (!(usedMs > sinceMs) || usedMs <= (connections.freeMs[connection] as number)) continue;
      const closing = this.#servers.serverOf(connections.pod[connection] as number).state !== 'serving';
      connections.countAnswer(connection);
      if (closing) connections.close(connection);
      else {
        connections.used[connection] = limit > 0 ? 1 + this.#random.below(limit) : 2;
        this.#servers.idleSince(connection, usedMs);
      }
    }
    pools.sortIdle(client);
  }
}
