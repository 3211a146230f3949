/**
 * What the proxies of one run make of the slices that they have seen. Nodes that have seen the same make the same of
 * it, and in a large cluster they look often: each state is worked out once, and states are compared by numbers.
 */
import type { Service } from '../../../scenario/scenario.ts';
import type { Endpoint, EndpointSliceObject } from '../objects.ts';
import { categorizeEndpoints, type ProxyEndpoint } from './categorize-endpoints.ts';

/** What a node's rules say about new connections to the Service. */
export interface UsableEndpoints {
  /** Pod names, in the order of the slices. */
  readonly pods: readonly string[];
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
export const NO_SERVICE: UsableEndpoints = { pods: [], whenEmpty: 'drop' };

export class EndpointStates {
  /** The latest one last. */
  readonly #states: State[] = [];
  readonly #ofSlice = new WeakMap<EndpointSliceObject, readonly ProxyEndpoint[]>();
  readonly #numbers = new Map<string, number>();
  readonly #numbersOf = new WeakMap<UsableEndpoints, readonly number[]>();
  /** By a pod's number: the comparison that last met it. */
  readonly #met: number[] = [];
  #comparison = 0;

  /** The rules that these slices of the Service ask for on a node (R-KP-4, R-KP-7). */
  usable(manifest: Service, slices: readonly EndpointSliceObject[], node: ProxyNode): UsableEndpoints {
    const internalLocal = manifest.internalTrafficPolicy === 'Local';
    const own = internalLocal ? node.name : null;
    for (let index = this.#states.length - 1; index >= 0; index--) {
      const state = this.#states[index] as State;
      if (state.manifest === manifest && state.node === own && sameItems(state.slices, slices)) {
        return state.usable;
      }
    }
    const usable = this.#categorize(manifest, slices, node);
    this.#states.push({ manifest, node: own, slices, usable });
    if (this.#states.length > STATES_MAX) this.#states.shift();
    return usable;
  }

  #categorize(manifest: Service, slices: readonly EndpointSliceObject[], node: ProxyNode): UsableEndpoints {
    const internalLocal = manifest.internalTrafficPolicy === 'Local';
    const policies = {
      internalLocal,
      externalLocal: manifest.externalTrafficPolicy === 'Local',
      externallyReachable: manifest.type !== 'ClusterIP',
    };
    const endpoints = internalLocal
      ? slices.flatMap((slice) => slice.endpoints.map((endpoint) => proxied(endpoint, node.name)))
      : slices.flatMap((slice) => this.#everywhere(slice));
    const place = { node: node.name, zone: node.zone, preferSameNode: true };
    const { cluster, local, hasAny } = categorizeEndpoints(endpoints, policies, place);
    // The clients are pods that call the ClusterIP: the internal policy decides.
    const pods = (internalLocal ? local : cluster) ?? [];
    return { pods, whenEmpty: hasAny ? 'drop' : 'reject' };
  }

  /** Under the Cluster policy, and without hints, no endpoint is nearer to one node than to another. */
  #everywhere(slice: EndpointSliceObject): readonly ProxyEndpoint[] {
    let endpoints = this.#ofSlice.get(slice);
    if (endpoints === undefined) {
      endpoints = slice.endpoints.map((endpoint) => proxied(endpoint, null));
      this.#ofSlice.set(slice, endpoints);
    }
    return endpoints;
  }

  /** The pods of `from` that `to` has not, in the order of `from`. */
  missing(from: UsableEndpoints, to: UsableEndpoints): readonly string[] {
    if (from === to || from.pods.length === 0) return [];
    const comparison = ++this.#comparison;
    const met = this.#met;
    for (const number of this.#numbered(to)) met[number] = comparison;
    const numbers = this.#numbered(from);
    const missing: string[] = [];
    for (let index = 0; index < numbers.length; index++) {
      if (met[numbers[index] as number] !== comparison) missing.push(from.pods[index] as string);
    }
    return missing;
  }

  #numbered(usable: UsableEndpoints): readonly number[] {
    let numbers = this.#numbersOf.get(usable);
    if (numbers === undefined) {
      numbers = usable.pods.map((pod) => this.#number(pod));
      this.#numbersOf.set(usable, numbers);
    }
    return numbers;
  }

  #number(pod: string): number {
    let number = this.#numbers.get(pod);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(pod, number);
      this.#met.push(0);
    }
    return number;
  }
}

/** @param node the proxy's; null: whatever node */
function proxied(
  { pod, nodeName, ready, serving, terminating }: Endpoint,
  node: string | null,
): ProxyEndpoint {
  return { id: pod, ready, serving, terminating, local: nodeName === node, zoneHints: [], nodeHints: [] };
}

export function sameUsable(a: UsableEndpoints, b: UsableEndpoints): boolean {
  return a === b || (a.whenEmpty === b.whenEmpty && sameItems(a.pods, b.pods));
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
