/**
 * What the proxies of one run make of the slices that they have seen. Nodes that have seen the same make the same of
 * it, and in a large cluster they look often: each slice and each state is worked out once, and states are compared
 * slice by slice.
 */
import type { Service } from '../../../scenario/scenario.ts';
import type { Endpoint, EndpointSliceObject } from '../objects.ts';
import { categorizeEndpoints, type ProxyEndpoint } from './categorize-endpoints.ts';

/** What a node's rules say about new connections to the Service. */
export interface UsableEndpoints {
  /** Pod names, in the order of the slices. */
  readonly pods: readonly string[];
  /** The same in parts, each of them the very same array for as long as what is ready in its slice stays the same. */
  readonly parts: readonly (readonly string[])[];
  /** What happens to a connection when there are none (R-KP-7). */
  readonly whenEmpty: 'reject' | 'drop';
}

/** Where a proxy runs. */
export interface ProxyNode {
  readonly name: string;
  readonly zone: string | null;
}

interface State {
  readonly manifest: Service;
  /** null: the same on every node. */
  readonly node: string | null;
  readonly slices: readonly EndpointSliceObject[];
  readonly usable: UsableEndpoints;
}

/** Nodes are at most a few syncs apart. */
const STATES_MAX = 64;

/** An address that belongs to no Service is routed out of the cluster, where nobody answers. */
export const NO_SERVICE: UsableEndpoints = { pods: [], parts: [], whenEmpty: 'drop' };

export class EndpointStates {
  /** The latest one last. */
  readonly #states: State[] = [];
  readonly #readyIn = new WeakMap<EndpointSliceObject, readonly string[]>();
  /** By slice: what was last found to be ready in a version of it. */
  readonly #latest = new Map<string, readonly string[]>();
  readonly #namesOf = new WeakMap<readonly string[], ReadonlySet<string>>();
  readonly #objects = new Map<string, string>();

  /** The rules that these slices of the Service ask for on a node (R-KP-4, R-KP-7). */
  usable(manifest: Service, slices: readonly EndpointSliceObject[], node: ProxyNode): UsableEndpoints {
    const own = manifest.internalTrafficPolicy === 'Local' ? node.name : null;
    for (let index = this.#states.length - 1; index >= 0; index--) {
      const state = this.#states[index] as State;
      if (state.manifest === manifest && state.node === own && sameItems(state.slices, slices)) {
        return state.usable;
      }
    }
    const usable =
      (own === null ? this.#readyEverywhere(slices) : null) ?? categorized(manifest, slices, node);
    this.#states.push({ manifest, node: own, slices, usable });
    if (this.#states.length > STATES_MAX) this.#states.shift();
    return usable;
  }

  /** Under the Cluster policy, and without hints, every node uses what is ready (R-KP-4); null when nothing is. */
  #readyEverywhere(slices: readonly EndpointSliceObject[]): UsableEndpoints | null {
    const parts = slices.map((slice) => this.#ready(slice));
    const pods = parts.flat();
    return pods.length === 0 ? null : { pods, parts, whenEmpty: 'drop' };
  }

  #ready(slice: EndpointSliceObject): readonly string[] {
    let ready = this.#readyIn.get(slice);
    if (ready === undefined) {
      ready = this.#sameAsBefore(slice.name, readyPods(slice));
      this.#readyIn.set(slice, ready);
    }
    return ready;
  }

  /** A slice is often written without a change of what is ready in it. */
  #sameAsBefore(slice: string, ready: readonly string[]): readonly string[] {
    const before = this.#latest.get(slice);
    if (before !== undefined && sameItems(before, ready)) return before;
    this.#latest.set(slice, ready);
    return ready;
  }

  /** The pods of `from` that `to` has not, in the order of `from`. */
  missing(from: UsableEndpoints, to: UsableEndpoints): readonly string[] {
    const missing: string[] = [];
    if (from === to) return missing;
    for (let index = 0; index < from.parts.length; index++) {
      const part = from.parts[index] ?? [];
      if (part === to.parts[index] || to.parts.includes(part)) continue;
      const counterpart = to.parts[index] ?? [];
      let next = 0;
      for (const pod of part) {
        // Most pods stay where they are, or move up by one.
        if (counterpart[next] === pod) next++;
        else if (counterpart[next + 1] === pod) next += 2;
        else if (!this.#names(to, pod)) missing.push(pod);
      }
    }
    return missing;
  }

  #names({ parts }: UsableEndpoints, pod: string): boolean {
    return parts.some((part) => this.#namesIn(part).has(pod));
  }

  #namesIn(part: readonly string[]): ReadonlySet<string> {
    let names = this.#namesOf.get(part);
    if (names === undefined) {
      names = new Set(part);
      this.#namesOf.set(part, names);
    }
    return names;
  }

  /** The pod as the timeline names it: one text for all nodes, which tell of it one after another. */
  objectOf(pod: string): string {
    let object = this.#objects.get(pod);
    if (object === undefined) {
      object = `pod/${pod}`;
      this.#objects.set(pod, object);
    }
    return object;
  }
}

function readyPods({ endpoints }: EndpointSliceObject): readonly string[] {
  const ready: string[] = [];
  for (const endpoint of endpoints) if (endpoint.ready) ready.push(endpoint.pod);
  return ready;
}

function categorized(
  manifest: Service,
  slices: readonly EndpointSliceObject[],
  { name, zone }: ProxyNode,
): UsableEndpoints {
  const internalLocal = manifest.internalTrafficPolicy === 'Local';
  const policies = {
    internalLocal,
    externalLocal: manifest.externalTrafficPolicy === 'Local',
    externallyReachable: manifest.type !== 'ClusterIP',
  };
  const endpoints = slices.flatMap((slice) => slice.endpoints.map((endpoint) => proxied(endpoint, name)));
  const place = { node: name, zone, preferSameNode: true };
  const { cluster, local, hasAny } = categorizeEndpoints(endpoints, policies, place);
  // The clients are pods that call the ClusterIP: the internal policy decides.
  const pods = (internalLocal ? local : cluster) ?? [];
  return { pods, parts: [pods], whenEmpty: hasAny ? 'drop' : 'reject' };
}

function proxied({ pod, nodeName, ready, serving, terminating }: Endpoint, node: string): ProxyEndpoint {
  return { id: pod, ready, serving, terminating, local: nodeName === node, zoneHints: [], nodeHints: [] };
}

export function sameUsable(a: UsableEndpoints, b: UsableEndpoints): boolean {
  if (a === b) return true;
  if (a.whenEmpty !== b.whenEmpty || a.pods.length !== b.pods.length) return false;
  return sameItems(a.parts, b.parts) || sameItems(a.pods, b.pods);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
