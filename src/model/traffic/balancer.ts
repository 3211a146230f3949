/**
 * How one node's proxy picks the pod of a new connection among the endpoints that it has programmed, with
 * session affinity by client address (R-KP-6, R-KP-7, R-KP-11). Connections once made are not its business (R-KP-8).
 */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { BalancingSpec, NodeEndpoints, PodIndex } from '../data-plane.ts';

/** What one node remembers of one client address. */
interface Affinity {
  pod: PodIndex;
  refreshedMs: TimeMs;
}

export class NodeBalancer {
  readonly #spec: BalancingSpec;
  readonly #random: RandomStream;
  readonly #affinities = new Map<number, Affinity>();
  /** The addresses remembered for each pod. */
  readonly #addresses = new Map<PodIndex, Set<number>>();
  #endpoints: NodeEndpoints = { pods: [], whenEmpty: 'reject' };
  #turn = 0;

  constructor(spec: BalancingSpec, random: RandomStream) {
    this.#spec = spec;
    this.#random = random;
  }

  get whenEmpty(): NodeEndpoints['whenEmpty'] {
    return this.#endpoints.whenEmpty;
  }

  /** What this node's proxy has programmed. */
  get pods(): readonly PodIndex[] {
    return this.#endpoints.pods;
  }

  /** Whether client addresses are bound to pods. */
  get hasAffinity(): boolean {
    return this.#spec.affinity !== null;
  }

  /** The pod that this client's address is bound to at `nowMs`; -1: none, the next connection goes anywhere. */
  affinityOf(client: number, nowMs: TimeMs): PodIndex {
    const { affinity } = this.#spec;
    const known = affinity === null ? undefined : this.#affinities.get(client);
    return known === undefined || nowMs - known.refreshedMs >= (affinity?.timeoutMs ?? 0) ? -1 : known.pod;
  }

  /** A pod that leaves the set takes the affinities to it along; they do not come back with it (R-KP-11). */
  setEndpoints(endpoints: NodeEndpoints): void {
    this.#endpoints = endpoints;
    if (this.#addresses.size === 0) return;
    const listed = new Set(endpoints.pods);
    for (const [pod, clients] of this.#addresses) {
      if (listed.has(pod)) continue;
      for (const client of clients) this.#affinities.delete(client);
      this.#addresses.delete(pod);
    }
  }

  /** The pod for a new connection of this client; -1 when the node has no endpoint. */
  pick(client: number, nowMs: TimeMs): PodIndex {
    const bound = this.affinityOf(client, nowMs);
    const pod = bound >= 0 ? bound : this.#pickAny();
    if (pod >= 0) this.bind(client, pod, nowMs);
    return pod;
  }

  /** A connection of this client has been sent to `pod`: its address is bound to it from now on, where addresses are. */
  bind(client: number, pod: PodIndex, nowMs: TimeMs): void {
    const { affinity } = this.#spec;
    if (affinity === null) return;
    const known = this.#affinities.get(client);
    if (known?.pod === pod) {
      known.refreshedMs = nowMs;
      return;
    }
    if (known !== undefined) this.#addresses.get(known.pod)?.delete(client);
    this.#affinities.set(client, { pod, refreshedMs: nowMs });
    const clients = this.#addresses.get(pod) ?? new Set<number>();
    this.#addresses.set(pod, clients);
    clients.add(client);
    if (clients.size > affinity.addressesMax) this.#forgetOldest(clients);
  }

  #forgetOldest(clients: Set<number>): void {
    let oldest = -1;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const client of clients) {
      const refreshedMs = this.#affinities.get(client)?.refreshedMs ?? Number.NEGATIVE_INFINITY;
      if (refreshedMs >= oldestMs) continue;
      oldest = client;
      oldestMs = refreshedMs;
    }
    clients.delete(oldest);
    this.#affinities.delete(oldest);
  }

  #pickAny(): PodIndex {
    const { pods } = this.#endpoints;
    if (pods.length === 0) return -1;
    if (this.#spec.algorithm === 'random') return pods[this.#random.below(pods.length)] as PodIndex;
    if (this.#turn >= pods.length) this.#turn = 0;
    return pods[this.#turn++] as PodIndex;
  }
}
