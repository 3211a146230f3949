/**
 * The traffic engine that skips ahead (DESIGN §7): between two changes of the world it draws how many requests there
 * were, and follows one by one only those at risk. A client is followed while something can happen to its requests: a
 * pod that it is connected to changes, or is so busy or so cold that no law speaks for it. Of the others, those requests
 * are followed that open a connection to a pod which does not listen.
 */
import type { RandomStream } from '../../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { Accuracy } from '../../../record.ts';
import type {
  CountingEngine,
  NodeEndpoints,
  NodeIndex,
  NodeState,
  PodIndex,
  ServerSpec,
  ServerState,
  TrafficCounts,
} from '../../data-plane.ts';
import { CLOSED } from '../connections.ts';
import { LatencyLaws } from '../latency-law.ts';
import { RateProfile } from '../rate-profile.ts';
import { RequestLoop, type TrafficOptions } from '../request-loop.ts';
import { ClientLaw } from './client-law.ts';
import { Coverage, LATE_MAX } from './coverage.ts';
import { ErrorBound, FORGOTTEN_SHARE } from './error-bound.ts';
import { Exposure } from './exposure.ts';
import { FollowedClients } from './followed-clients.ts';
import { HotQueues } from './hot-queues.ts';
import { InFlight } from './in-flight.ts';
import { PodLoads } from './pod-loads.ts';
import { PoolState } from './pool-state.ts';
import { reportErrors } from './skipped-errors.ts';
import { SkippedTraffic } from './skipped-traffic.ts';
import { WatchedArrivals } from './watched-arrivals.ts';

/** When it is asked, after a change, which clients need not be followed any more; and how often from then on. */
const CHECK_MS = 25;
const CHECK_AGAIN_MS = 50;
/** The same while no law speaks for any of those who are followed. */
const CHECK_LACKING_MS = 200;
/** From the start of the traffic: endpoints are there, and the first connections are open; pools have filled. */
const SETTLE_MS = 50;
const CONNECTED_MS = 1000;
/** How often laws are renewed while the rate changes. */
const RAMP_MS = 1000;

export class SkipAheadEngine implements CountingEngine {
  readonly mode = 'skip-ahead' as const;
  readonly #options: TrafficOptions;
  readonly #profile: RateProfile;
  readonly #followed: FollowedClients;
  readonly #arrivals: WatchedArrivals;
  readonly #loop: RequestLoop;
  readonly #law: ClientLaw;
  readonly #skipped: SkippedTraffic;
  readonly #laws: LatencyLaws;
  readonly #pools: PoolState;
  readonly #inFlight: InFlight;
  readonly #loads: PodLoads;
  readonly #exposure: Exposure;
  readonly #hotQueues: HotQueues;
  readonly #bound: ErrorBound;
  /** When it is next looked at which clients need following; before recording begins nobody is followed. */
  #checkMs: TimeMs;
  #settled = false;
  readonly #coverage: Coverage;
  /** Mean latency of what is skipped. */
  #meanMs: DurationMs = 0;
  readonly #random: RandomStream;
  #counts: TrafficCounts | null = null;
  #accuracy: Accuracy = { exactShare: 1, errorBound: 0 };

  constructor(options: TrafficOptions) {
    const { traffic, streams, startMs, recordFromMs, horizonMs } = options;
    this.#options = options;
    const random = streams.stream('skip-ahead');
    this.#random = random;
    this.#profile = new RateProfile(traffic, horizonMs);
    this.#followed = new FollowedClients(traffic.clients.count);
    this.#arrivals = new WatchedArrivals({
      traffic,
      random: streams.stream('watched-arrivals'),
      startMs,
      recordFromMs,
      horizonMs,
      followed: this.#followed,
      atRisk: (nowMs) => {
        this.#requestAtRisk(nowMs);
      },
    });
    this.#loop = new RequestLoop(options, this.#arrivals, (binEndMs) => {
      this.#hotQueues.advance(binEndMs);
      this.#skipped.countBin(binEndMs);
    });
    const { parts, servers } = this.#loop;
    this.#law = new ClientLaw(traffic.clients);
    this.#laws = new LatencyLaws(parts.oneWayMs, !traffic.clients.keepAlive);
    this.#skipped = new SkippedTraffic(
      {
        traffic,
        random: streams.stream('skipped-requests'),
        startMs,
        recordFromMs,
        horizonMs,
        laws: this.#laws,
        latencySeries: options.latencySeries ?? true,
        watched: () => this.#arrivals.recorded,
        failed: (pod, count, endMs) => {
          const fromMs = Math.max(recordFromMs, endMs - options.binMs);
          const latencyMs = this.#meanMs;
          reportErrors(parts, options.onFailure, random, { pod, count, fromMs, endMs, latencyMs });
        },
      },
      () => parts.outcomes,
    );
    const followed = this.#followed;
    const shared = { parts, servers, followed, law: this.#law, random, recordFromMs, horizonMs };
    this.#pools = new PoolState(shared, startMs);
    this.#inFlight = new InFlight({ ...shared, pools: this.#pools });
    const { algorithm } = options.balancing;
    this.#loads = new PodLoads({ ...shared, laws: this.#laws, algorithm });
    this.#exposure = new Exposure(parts, servers);
    this.#hotQueues = new HotQueues(options, {
      loop: this.#loop,
      followed: this.#followed,
      loads: this.#loads,
      random: streams.stream('hot-queues'),
    });
    const judges = { loads: this.#loads, exposure: this.#exposure, pools: this.#pools };
    this.#coverage = new Coverage(options, { ...shared, ...judges });
    this.#bound = new ErrorBound();
    this.#checkMs = startMs + SETTLE_MS;
  }

  addPod(nowMs: TimeMs, pod: { index: PodIndex; key: string; node: NodeIndex; server: ServerSpec }): void {
    this.advance(nowMs);
    this.#loop.servers.addPod(pod.index, pod.key, pod.node, pod.server);
    this.#loads.add();
    this.#coverage.podAdded(pod.server);
  }

  setServer(nowMs: TimeMs, pod: PodIndex, state: ServerState, warm = false): void {
    this.advance(nowMs);
    const { servers } = this.#loop;
    const server = servers.serverOf(pod);
    const before = server.state;
    if (before === state) return;
    this.#release(pod, nowMs);
    const listened = server.listening;
    if (listened && state !== 'serving' && state !== 'closing') this.#reveal(pod, nowMs);
    servers.setState(nowMs, pod, state, warm);
    if (listened !== server.listening || state === 'absent') this.#listenerChanged(pod, nowMs);
    if (server.coldUntilMs > nowMs) this.#checkBy(nowMs);
  }

  endProcess(nowMs: TimeMs, pod: PodIndex): void {
    this.advance(nowMs);
    this.#release(pod, nowMs);
    const server = this.#loop.servers.serverOf(pod);
    const listened = server.listening;
    if (listened) this.#reveal(pod, nowMs);
    this.#loop.servers.endProcess(nowMs, pod);
    if (listened) this.#listenerChanged(pod, nowMs);
  }

  drainedAtMs(nowMs: TimeMs, pod: PodIndex): TimeMs {
    this.advance(nowMs);
    this.#release(pod, nowMs);
    return this.#loop.servers.drainedAtMs(nowMs, pod);
  }

  setEndpoints(nowMs: TimeMs, node: NodeIndex, endpoints: NodeEndpoints): void {
    this.advance(nowMs);
    const balancer = this.#loop.parts.balancers[node];
    if (balancer === undefined) throw new Error(`there is no node ${node}`);
    if (!this.#options.traffic.clients.keepAlive) this.#inFlight.listed(nowMs, node, endpoints);
    if (this.#settled) this.#pools.endpointsChange(nowMs, node, endpoints);
    balancer.setEndpoints(endpoints);
    if (!this.#settled) return;
    this.#hotQueues.endpointsChanged(node, nowMs);
    if (this.#exposure.look(node)) this.#reassessNode(node, nowMs);
    this.#updateShares(nowMs);
    this.#checkBy(this.#loads.anyCold(nowMs) ? nowMs : nowMs + CHECK_MS);
  }

  /** Everybody is followed from here on, until every node is up again. */
  setNode(nowMs: TimeMs, node: NodeIndex, state: NodeState): void {
    this.advance(nowMs);
    if (this.#settled) {
      this.#hotQueues.releaseAll(nowMs);
      for (let pod = 0; pod < this.#loop.servers.count; pod++) this.#reveal(pod, nowMs);
      for (let client = 0; client < this.#options.traffic.clients.count; client++)
        this.#follow(client, nowMs);
      this.#updateShares(nowMs);
      this.#checkBy(nowMs + CHECK_MS);
    }
    this.#loop.setNode(nowMs, node, state);
  }

  advance(untilMs: TimeMs): void {
    while (this.#checkMs <= untilMs) {
      const nowMs = Math.max(this.#checkMs, this.#loop.nowMs);
      this.#loop.advance(nowMs);
      this.#check(nowMs);
    }
    this.#loop.advance(untilMs);
  }

  /** The pod is about to change: what its own queue follows goes back to the request loop. */
  #release(pod: PodIndex, nowMs: TimeMs): void {
    this.#hotQueues.release(pod, nowMs);
    this.#updateShares(nowMs);
  }

  #checkBy(timeMs: TimeMs): void {
    if (timeMs < this.#checkMs) this.#checkMs = timeMs;
  }

  /** Whoever has something on this pod, which is about to change, is followed from here on. */
  #reveal(pod: PodIndex, nowMs: TimeMs): void {
    if (!this.#settled) return;
    if (!this.#options.traffic.clients.keepAlive) {
      this.#handOver(this.#inFlight.reveal(pod, nowMs));
      return;
    }
    const { connections } = this.#loop.parts;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.pod[connection] !== pod || connections.phase[connection] === CLOSED) continue;
      this.#follow(connections.clientOf(connection), nowMs);
    }
    this.#updateShares(nowMs);
  }

  #listenerChanged(pod: PodIndex, nowMs: TimeMs): void {
    if (!this.#settled) return;
    const { balancers } = this.#loop.parts;
    for (let node = 0; node < balancers.length; node++) {
      const sendsTo = balancers[node]?.pods.includes(pod) === true;
      if (sendsTo && this.#exposure.look(node)) this.#reassessNode(node, nowMs);
    }
    this.#updateShares(nowMs);
    this.#checkBy(nowMs + CHECK_MS);
  }

  #reassessNode(node: NodeIndex, nowMs: TimeMs): void {
    const { traffic, nodes } = this.#options;
    for (let client = node; client < traffic.clients.count; client += nodes) this.#reassess(client, nowMs);
  }

  /** What risk a client that is not followed runs from now on; one that runs too much is followed. */
  #reassess(client: number, nowMs: TimeMs): void {
    if (this.#followed.has(client)) return;
    if (this.#exposure.ofConnection(client, nowMs) > 0) this.#pools.catchUp(client, nowMs);
    const risk = this.#coverage.riskOf(client, nowMs);
    if (risk === null) this.#follow(client, nowMs);
    else this.#exposeTo(client, risk, nowMs);
  }

  #exposeTo(client: number, risk: number, nowMs: TimeMs): void {
    this.#exposure.set(client, risk);
    this.#pools.exposed(client, risk, nowMs);
  }

  #requestAtRisk(nowMs: TimeMs): void {
    const { clients } = this.#loop;
    const { keepAlive, retries } = this.#options.traffic.clients;
    const client = this.#exposure.draw(this.#random);
    const pod = this.#exposure.pick(client, nowMs, this.#random);
    if (keepAlive) this.#bound.atRisk(1, this.#law.opens(this.#pools.openCount(client)));
    // A retry needs the pool as it is.
    const retried = keepAlive && retries.max > 0;
    if (retried) this.#follow(client, nowMs);
    if (!clients.arriveFor(nowMs, client, pod)) {
      this.#follow(client, nowMs);
      clients.arrive(nowMs, client);
    }
    this.#updateShares(nowMs);
  }

  #follow(client: number, nowMs: TimeMs): void {
    if (this.#followed.has(client)) return;
    this.#handOver(this.#pools.resume(client, nowMs));
    this.#followed.add(client);
    this.#exposeTo(client, 0, nowMs);
    this.#checkBy(nowMs + CHECK_MS);
  }

  #handOver(inFlight: number): void {
    this.#skipped.handOver(inFlight);
    this.#bound.revealed(inFlight);
  }

  #updateShares(nowMs: TimeMs): void {
    const { count } = this.#options.traffic.clients;
    const followed = this.#followed.count / count;
    const atRisk = this.#exposure.share;
    this.#skipped.setShare(nowMs, Math.max(0, 1 - followed - this.#followed.queued / count - atRisk));
    this.#arrivals.setShares(nowMs, followed, atRisk);
  }

  /** Works loads and laws out anew, follows whom they do not cover, and leaves whom they cover again. */
  #check(nowMs: TimeMs): void {
    const { recordFromMs, traffic } = this.#options;
    const ratePerMs = this.#profile.rateAt(nowMs);
    if (nowMs <= recordFromMs) this.#settle(ratePerMs, nowMs);
    this.#assess(ratePerMs, nowMs);
    if (this.#coverage.mayLack(nowMs)) {
      for (let client = 0; client < traffic.clients.count; client++) {
        if (!this.#followed.has(client) && this.#coverage.lacks(client, nowMs)) this.#follow(client, nowMs);
      }
    }
    this.#hotQueues.advance(nowMs);
    this.#hotQueues.take(nowMs);
    let allLack = true;
    const followed = this.#followed.count;
    for (let at = this.#followed.count - 1; at >= 0; at--) {
      const client = this.#followed.at(at);
      if (this.#coverage.lacks(client, nowMs)) continue;
      allLack = false;
      if (this.#coverage.isCalm(client, nowMs)) this.#leave(client, nowMs);
    }
    // Where they go that are skipped from here on, those who were left among them.
    if (this.#followed.count < followed) this.#assess(ratePerMs, nowMs);
    this.#updateShares(nowMs);
    this.#checkMs = this.#nextCheckMs(nowMs, allLack ? CHECK_LACKING_MS : CHECK_AGAIN_MS);
  }

  #assess(ratePerMs: number, nowMs: TimeMs): void {
    const spread = this.#loads.assess(ratePerMs, nowMs);
    this.#skipped.setSpread(nowMs, spread);
    this.#learn(ratePerMs, spread.laws);
  }

  #nextCheckMs(nowMs: TimeMs, everyMs: DurationMs): TimeMs {
    const { recordFromMs, startMs } = this.#options;
    if (nowMs < startMs + CONNECTED_MS) return startMs + CONNECTED_MS;
    let nextMs = this.#profile.ramps ? nowMs + RAMP_MS : this.#profile.segmentEndsMs;
    if (nowMs < recordFromMs) nextMs = Math.min(nextMs, recordFromMs);
    if (this.#followed.count + this.#followed.queued > 0) nextMs = Math.min(nextMs, nowMs + everyMs);
    return Math.max(nextMs, nowMs + 1);
  }

  /** Before recording begins: pools have filled, and queues where they build up. */
  #settle(ratePerMs: number, nowMs: TimeMs): void {
    const { parts } = this.#loop;
    if (!this.#settled) {
      this.#settled = true;
      this.#learn(ratePerMs, []);
      parts.balancers.forEach((_, node) => this.#exposure.look(node));
    }
    for (let client = 0; client < this.#options.traffic.clients.count; client++) {
      if (!this.#followed.has(client)) this.#pools.catchUp(client, nowMs);
      this.#reassess(client, nowMs);
    }
  }

  /** @param spread share of the skipped requests under each latency law; empty when that is not known yet */
  #learn(ratePerMs: number, spread: readonly number[]): void {
    if (spread.length > 0) this.#meanMs = this.#laws.meanOf(spread);
    else if (this.#meanMs === 0) this.#meanMs = this.#loads.meanMs();
    this.#law.update(ratePerMs, this.#meanMs);
    this.#law.memoryMs = Math.min(
      this.#laws.longestMs(FORGOTTEN_SHARE),
      this.#options.traffic.clients.timeoutMs,
    );
  }

  #leave(client: number, nowMs: TimeMs): void {
    this.#followed.remove(client);
    this.#pools.left(client, nowMs);
    this.#exposeTo(client, this.#coverage.riskOf(client, nowMs) ?? 0, nowMs);
  }

  finish(atMs: TimeMs): void {
    this.advance(atMs);
    this.#hotQueues.releaseAll(atMs);
    const inFlight = this.#skipped.finish(atMs);
    this.#skipped.addLatencies();
    this.#counts = this.#loop.finish(atMs, inFlight);
    const { offered } = this.#skipped;
    const missesDeadline = Math.min(this.#loads.lateShare, LATE_MAX);
    this.#bound.skipped(offered, this.#law.failsWaiting(this.#meanMs) + missesDeadline);
    this.#accuracy = this.#bound.accuracy(offered, this.#counts.offered);
  }

  /** @throws Error before `finish` */
  counts(): TrafficCounts {
    if (this.#counts === null) throw new Error('the counts are known once the run is finished');
    return this.#counts;
  }

  /** Known once the run is finished. */
  accuracy(): Accuracy {
    return this.#accuracy;
  }
}
