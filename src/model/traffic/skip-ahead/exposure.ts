/**
 * The risk that a new connection meets: a node that still sends to a pod which does not listen, or to no pod at all.
 * For each client that is not followed, the share of its requests that runs it.
 */
import type { RandomStream } from '../../../kernel/random.ts';
import type { TimeMs } from '../../../kernel/time.ts';
import type { NodeIndex, PodIndex } from '../../data-plane.ts';
import type { ServerSide } from '../server-side.ts';
import type { TrafficParts } from '../traffic-parts.ts';

export class Exposure {
  readonly #parts: TrafficParts;
  readonly #servers: ServerSide;
  /** Of each node: pods that it sends to and that do not listen. */
  readonly #closed: (readonly PodIndex[])[];
  /** Of each node: whether one of those has no address any more, so that a connection to it hangs. */
  readonly #hangs: boolean[];
  /** Of each node: whether every connection that it sends on is accepted. */
  readonly #isSafe: boolean[];
  readonly #risks: Float64Array;
  #sum = 0;

  constructor(parts: TrafficParts, servers: ServerSide) {
    this.#parts = parts;
    this.#servers = servers;
    this.#closed = parts.balancers.map(() => []);
    this.#hangs = parts.balancers.map(() => false);
    this.#isSafe = parts.balancers.map(() => true);
    this.#risks = new Float64Array(parts.traffic.clients.count);
  }

  /** Looks again at what a node sends to. @returns whether the risk of its clients may have changed */
  look(node: NodeIndex): boolean {
    const pods = this.#parts.balancers[node]?.pods ?? [];
    const closed = pods.filter((pod) => !this.#servers.serverOf(pod).listening);
    const wasSafe = this.#isSafe[node] === true;
    this.#closed[node] = closed;
    this.#hangs[node] = closed.some((pod) => this.#servers.serverOf(pod).state === 'absent');
    this.#isSafe[node] = closed.length === 0 && pods.length > 0;
    return !(wasSafe && this.#isSafe[node]);
  }

  /** Probability that the client's next new connection fails. */
  ofConnection(client: number, nowMs: TimeMs): number {
    const node = client % this.#closed.length;
    const balancer = this.#parts.balancers[node];
    const closed = this.#closed[node];
    if (balancer === undefined || closed === undefined) return 0;
    if (balancer.pods.length === 0) return 1;
    if (closed.length === 0) return 0;
    const bound = balancer.affinityOf(client, nowMs);
    if (bound < 0) return closed.length / balancer.pods.length;
    return closed.includes(bound) ? 1 : 0;
  }

  /** Whether such a connection hangs, instead of being refused. */
  hangs(client: number): boolean {
    const node = client % this.#closed.length;
    const balancer = this.#parts.balancers[node];
    if (balancer?.pods.length === 0) return balancer.whenEmpty === 'drop';
    return this.#hangs[node] === true;
  }

  /** The pod that a failing connection of this client goes to; -1: there is none at all. */
  pick(client: number, nowMs: TimeMs, random: RandomStream): PodIndex {
    const node = client % this.#closed.length;
    const closed = this.#closed[node] ?? [];
    if (closed.length === 0) return -1;
    const bound = this.#parts.balancers[node]?.affinityOf(client, nowMs) ?? -1;
    if (bound >= 0 && closed.includes(bound)) return bound;
    return closed[random.below(closed.length)] as PodIndex;
  }

  /** Share of all requests that are at risk, of clients that are not followed. */
  get share(): number {
    return Math.max(0, this.#sum) / this.#risks.length;
  }

  /** @param risk share of the client's requests; 0 for one that is followed */
  set(client: number, risk: number): void {
    const before = this.#risks[client] as number;
    if (risk === before) return;
    this.#risks[client] = risk;
    // Added up anew when it ends, so that rounding leaves nothing behind.
    this.#sum = risk === 0 ? this.#sumAnew() : this.#sum + risk - before;
  }

  #sumAnew(): number {
    let sum = 0;
    for (let client = 0; client < this.#risks.length; client++) sum += this.#risks[client] as number;
    return sum;
  }

  /** A client, each as likely as it has requests at risk. */
  draw(random: RandomStream): number {
    let left = random.unit() * this.#sum;
    let last = -1;
    for (let client = 0; client < this.#risks.length; client++) {
      const risk = this.#risks[client] as number;
      if (risk === 0) continue;
      last = client;
      left -= risk;
      if (left <= 0) break;
    }
    return last;
  }
}
