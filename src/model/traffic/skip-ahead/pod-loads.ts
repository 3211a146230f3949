/**
 * How much of the traffic goes to each pod, and which pods are so busy, or so cold, that no law speaks for the requests
 * that they get.
 */
import { compileDistribution } from '../../../kernel/distribution.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { Clients } from '../../../scenario/scenario.ts';
import type { BalancingSpec, PodIndex, ServerSpec } from '../../data-plane.ts';
import { SENT } from '../connections.ts';
import { cpuStationMs, waitsAt, type LatencyLaws } from '../latency-law.ts';
import { erlangC } from '../queueing.ts';
import type { TrafficParts } from '../traffic-parts.ts';
import type { ServerSide } from '../server-side.ts';
import type { FollowedClients } from './followed-clients.ts';
import type { SkippedSpread } from './skipped-traffic.ts';

/** From this utilisation of its CPU on, a pod's queue has a past that the stationary law does not know. */
const HOT_FROM = 0.95;
/** A hot pod is followed until it has fallen below this. */
const HOT_TO = 0.9;
/** The same of a pod to which requests come more evenly than at random: the law's waits for its CPU are too long. */
const EVEN_FROM = 0.1;
/** Share of the requests that may have to wait for a worker. */
const WAIT_MAX = 0.01;

/** Why a pod's queue has a past that no law knows: it is overloaded, or works off what a followed client held back. */
const HOT = 1;
const PRESSED = 2;

interface Capacity {
  readonly cpuMs: DurationMs;
  readonly serviceMs: DurationMs;
  readonly concurrency: number;
}

export interface PodLoadsParts {
  readonly parts: TrafficParts;
  readonly servers: ServerSide;
  readonly followed: FollowedClients;
  readonly laws: LatencyLaws;
  /** How a node's proxy chooses the pod of a new connection. */
  readonly algorithm: BalancingSpec['algorithm'];
}

export class PodLoads {
  readonly #parts: TrafficParts;
  readonly #servers: ServerSide;
  readonly #followed: FollowedClients;
  readonly #laws: LatencyLaws;
  readonly #clients: Clients;
  readonly #capacities = new Map<ServerSpec, Capacity>();
  /** Of each pod: the share of all traffic, and of the skipped part of it. */
  #load = new Float64Array(64);
  #skipped = new Float64Array(64);
  /** Of each pod: the requests per millisecond that it was last judged by, and the law that they follow. */
  #judgedPerMs = new Float64Array(64).fill(Number.NaN);
  #lawOf = new Int32Array(64);
  #pods = 0;
  /** Of each pod: HOT, PRESSED, both or neither. */
  #busy = new Uint8Array(64);
  #hotCount = 0;
  #pressedCount = 0;
  /** Of each latency law: the share of requests that are not answered by the client's deadline. */
  readonly #late: number[] = [];
  /** The same of all requests, as the pods are loaded now. */
  lateShare = 0;
  /** Whether requests come to a pod more evenly than at random. */
  readonly #isEven: boolean;
  /** Whether they are equally far apart. */
  readonly #isConstant: boolean;

  constructor({ parts, servers, followed, laws, algorithm }: PodLoadsParts) {
    this.#parts = parts;
    this.#servers = servers;
    this.#followed = followed;
    this.#laws = laws;
    this.#clients = parts.traffic.clients;
    this.#isConstant = parts.traffic.arrivals === 'constant';
    this.#isEven = this.#isConstant || (algorithm === 'round-robin' && !this.#clients.keepAlive);
  }

  /** A pod came up. */
  add(): void {
    if (++this.#pods <= this.#load.length) return;
    this.#load = new Float64Array(2 * this.#pods);
    this.#skipped = new Float64Array(2 * this.#pods);
    this.#judgedPerMs = new Float64Array(2 * this.#pods).fill(Number.NaN);
    this.#lawOf = new Int32Array(2 * this.#pods);
    const busy = new Uint8Array(2 * this.#pods);
    busy.set(this.#busy);
    this.#busy = busy;
  }

  /** Whether the pod's queue has a past that no law knows. */
  isBusy(pod: PodIndex): boolean {
    return (this.#busy[pod] as number) > 0;
  }

  get anyBusy(): boolean {
    return this.#hotCount > 0 || this.#pressedCount > 0;
  }

  isHot(pod: PodIndex): boolean {
    return ((this.#busy[pod] as number) & HOT) !== 0;
  }

  get anyHot(): boolean {
    return this.#hotCount > 0;
  }

  /** Mean latency without any wait, of the first pod; 0 when there is none. */
  meanMs(): DurationMs {
    if (this.#pods === 0) return 0;
    return this.#laws.meanMs(this.#laws.lawOf(this.#servers.serverOf(0).spec, 0));
  }

  anyCold(nowMs: TimeMs): boolean {
    return this.#servers.coldUntilMs > nowMs;
  }

  isCold(pod: PodIndex, nowMs: TimeMs): boolean {
    return this.#servers.serverOf(pod).coldUntilMs > nowMs;
  }

  /**
   * Works the loads out anew.
   * @param ratePerMs of all clients together
   * @returns where the skipped requests go
   */
  assess(ratePerMs: number, nowMs: TimeMs): SkippedSpread {
    this.#findPressed();
    this.#load.fill(0, 0, this.#pods);
    this.#skipped.fill(0, 0, this.#pods);
    if (this.#clients.keepAlive) this.#loadByConnections();
    else this.#loadByEndpoints(nowMs);
    return this.#judge(ratePerMs);
  }

  /** A client whose requests had to wait sends them all at once: everybody on its pods waits behind them. */
  #findPressed(): void {
    const { connections, waiting } = this.#parts;
    if (this.#pressedCount > 0) this.#forgetPressed();
    for (const pod of this.#followed.pressed) this.#press(pod);
    if (waiting.waiting === 0) return;
    const { pod: pods, each } = connections;
    for (let at = 0; at < this.#followed.count; at++) {
      const client = this.#followed.at(at);
      if (waiting.isEmpty(client)) continue;
      for (let connection = client * each; connection < (client + 1) * each; connection++) {
        const pod = pods[connection] as number;
        if (pod >= 0 && this.#servers.serverOf(pod).listening) this.#press(pod);
      }
    }
  }

  #forgetPressed(): void {
    for (let pod = 0; pod < this.#pods; pod++) this.#busy[pod] = (this.#busy[pod] as number) & HOT;
    this.#pressedCount = 0;
  }

  #press(pod: PodIndex): void {
    const busy = this.#busy[pod] as number;
    if ((busy & PRESSED) !== 0) return;
    this.#busy[pod] = busy | PRESSED;
    this.#pressedCount++;
  }

  #loadByConnections(): void {
    const { phase, pod: pods, each } = this.#parts.connections;
    const { count } = this.#clients;
    const load = this.#load;
    const skipped = this.#skipped;
    for (let client = 0; client < count; client++) {
      const first = client * each;
      const end = first + each;
      let open = 0;
      // Those with a request on its way, or answered.
      for (let at = first; at < end; at++) if ((phase[at] as number) >= SENT) open++;
      if (open === 0) continue;
      const share = 1 / (count * open);
      const isSkipped = !this.#followed.has(client);
      for (let at = first; at < end; at++) {
        if ((phase[at] as number) < SENT) continue;
        const pod = pods[at] as number;
        load[pod] = (load[pod] as number) + share;
        if (isSkipped) skipped[pod] = (skipped[pod] as number) + share;
      }
    }
  }

  #loadByEndpoints(nowMs: TimeMs): void {
    const { balancers } = this.#parts;
    const share = 1 / this.#clients.count;
    for (let client = 0; client < this.#clients.count; client++) {
      const balancer = balancers[client % balancers.length];
      if (balancer === undefined) continue;
      const skipped = this.#followed.has(client) ? 0 : share;
      // Its next request binds its address, or refreshes the bond, within milliseconds.
      const bound = balancer.hasAffinity ? balancer.pick(client, nowMs) : -1;
      const pods = bound >= 0 ? [bound] : balancer.pods;
      for (const pod of pods) {
        this.#load[pod] = (this.#load[pod] as number) + share / pods.length;
        this.#skipped[pod] = (this.#skipped[pod] as number) + skipped / pods.length;
      }
    }
  }

  #judge(ratePerMs: number): SkippedSpread {
    const laws: number[] = [];
    const errors: { pod: PodIndex; share: number }[] = [];
    let total = 0;
    this.lateShare = 0;
    for (let pod = 0; pod < this.#pods; pod++) {
      const load = this.#load[pod] as number;
      if (load === 0 && !this.isBusy(pod)) continue;
      const server = this.#servers.serverOf(pod);
      const capacity = this.#capacityOf(server.spec);
      if (this.#judgedPerMs[pod] !== load * ratePerMs) {
        this.#judgedPerMs[pod] = load * ratePerMs;
        this.#setHot(pod, load * ratePerMs, capacity);
        const utilization = this.#meet(ratePerMs, capacity) ? load * ratePerMs * capacity.cpuMs : 0;
        if (this.#isEven && utilization > EVEN_FROM) this.#heat(pod);
        this.#lawOf[pod] = this.#laws.lawOf(server.spec, Math.min(utilization, HOT_FROM));
      }
      const skipped = this.#skipped[pod] as number;
      const background = this.#meet(ratePerMs, capacity) ? skipped * ratePerMs * capacity.cpuMs : 0;
      server.setBackground(background > 0 && !this.isBusy(pod) ? waitsAt(background) : null);
      const law = this.#lawOf[pod] as number;
      this.lateShare += load * this.#lateUnder(law);
      if (skipped === 0) continue;
      total += skipped;
      while (laws.length <= law) laws.push(0);
      laws[law] = (laws[law] as number) + skipped;
      if (server.spec.errorRate > 0) errors.push({ pod, share: skipped * server.spec.errorRate });
    }
    if (total === 0) return { laws, errors };
    for (let law = 0; law < laws.length; law++) laws[law] = (laws[law] as number) / total;
    return { laws, errors: errors.map(({ pod, share }) => ({ pod, share: share / total })) };
  }

  /** Whether two requests can be at one CPU: not where they are at least as far apart as it needs for one. */
  #meet(ratePerMs: number, { cpuMs }: Capacity): boolean {
    return !this.#isConstant || ratePerMs * cpuMs > 1;
  }

  #lateUnder(law: number): number {
    return (this.#late[law] ??= this.#laws.shareBeyond(law, this.#clients.timeoutMs));
  }

  #setHot(pod: PodIndex, ratePerMs: number, { cpuMs, serviceMs, concurrency }: Capacity): void {
    const utilization = Math.max(ratePerMs * cpuMs, (ratePerMs * serviceMs) / concurrency);
    if (this.isHot(pod)) {
      if (utilization < HOT_TO && erlangC(concurrency, ratePerMs * serviceMs) < WAIT_MAX) {
        this.#busy[pod] = (this.#busy[pod] as number) & PRESSED;
        this.#hotCount--;
      }
      return;
    }
    // Half as many busy as there are workers never waits: the exact answer is needed only near the limit.
    const crowded =
      ratePerMs * serviceMs > concurrency / 4 && erlangC(concurrency, ratePerMs * serviceMs) > WAIT_MAX;
    if (utilization > HOT_FROM || crowded) this.#heat(pod);
  }

  #heat(pod: PodIndex): void {
    if (this.isHot(pod)) return;
    this.#busy[pod] = (this.#busy[pod] as number) | HOT;
    this.#hotCount++;
  }

  #capacityOf(spec: ServerSpec): Capacity {
    let capacity = this.#capacities.get(spec);
    if (capacity === undefined) {
      const cpuMs = cpuStationMs(spec);
      const serviceMs = Math.max(cpuMs, compileDistribution(spec.serviceTime).mean);
      capacity = { cpuMs, serviceMs, concurrency: spec.concurrency };
      this.#capacities.set(spec, capacity);
    }
    return capacity;
  }
}
