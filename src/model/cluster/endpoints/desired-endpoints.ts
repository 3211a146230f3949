/**
 * The endpoints that a Service's slices should list, kept up to date pod by pod: a change of one pod of thousands
 * costs the controller what that pod costs. The slices that list just what they should are told from the others.
 */
import type { Service } from '../../../scenario/scenario.ts';
import { selects, type Endpoint, type PodObject } from '../objects.ts';
import { isListed, podToEndpoint, targetPortOn } from './pod-endpoint.ts';
import {
  equalEndpoints,
  planSlices,
  type ExistingSlice,
  type SlicePlan,
  type SliceUpdate,
} from './slice-plan.ts';

/** One pod, whether it is listed or not: the order of the pods is that in which they became known. */
interface Entry {
  /** null: not to be listed, or gone. */
  endpoint: Endpoint | null;
  port: number | null;
  /** The slice that lists it, as far as is known. */
  slice: SliceState | null;
}

/** What is known of one version of a slice. */
interface SliceState {
  readonly slice: ExistingSlice;
  /** False once something has happened to one of its pods: the figures below no longer hold. */
  checked: boolean;
  /** Whether it lists just what it should. */
  isCurrent: boolean;
  /** How many of its endpoints should be listed somewhere. */
  listed: number;
  /** The last plan that it was a part of. */
  plan: number;
}

const NO_WRITES: SlicePlan = { creates: [], updates: [], deletes: [] };

export class DesiredEndpoints {
  readonly service: Service;
  readonly #entries = new Map<string, Entry>();
  /** How many are to be listed, by port. */
  readonly #listed = new Map<number | null, number>();
  /** By slice: of the version that was looked at last. */
  readonly #states = new Map<string, SliceState>();
  #plans = 0;

  /** @param pods of any kind, in the order in which they became known */
  constructor(service: Service, pods: Iterable<PodObject>) {
    this.service = service;
    for (const pod of pods) this.changed(pod);
  }

  changed(pod: PodObject): void {
    if (!selects(this.service.selector, pod.template.labels)) return;
    let entry = this.#entries.get(pod.name);
    if (entry === undefined) {
      entry = { endpoint: null, port: null, slice: null };
      this.#entries.set(pod.name, entry);
    }
    if (!isListed(pod)) {
      this.#list(entry, null, null);
      return;
    }
    const endpoint = podToEndpoint(pod, this.service);
    const port = targetPortOn(pod, this.service.targetPort);
    // One that stays the same stays the very same, which is quick to see.
    const kept = entry.endpoint !== null && equalEndpoints(entry.endpoint, endpoint);
    this.#list(entry, kept ? entry.endpoint : endpoint, port);
  }

  removed(pod: string): void {
    const entry = this.#entries.get(pod);
    if (entry === undefined) return;
    this.#list(entry, null, null);
    this.#entries.delete(pod);
  }

  #list(entry: Entry, endpoint: Endpoint | null, port: number | null): void {
    if (entry.endpoint !== null) this.#count(entry.port, -1);
    if (endpoint !== null) this.#count(port, 1);
    entry.endpoint = endpoint;
    entry.port = port;
    if (entry.slice !== null) entry.slice.checked = false;
  }

  #count(port: number | null, by: 1 | -1): void {
    const count = (this.#listed.get(port) ?? 0) + by;
    if (count === 0) this.#listed.delete(port);
    else this.#listed.set(port, count);
  }

  /** The writes that make the slices list these endpoints (R-EPS-5). */
  plan(existing: readonly ExistingSlice[], endpointsMax: number): SlicePlan {
    const plan = ++this.#plans;
    const states = existing.map((slice) => this.#stateOf(slice, plan));
    let overlap = false;
    for (const state of states) if (!state.checked) overlap = this.#check(state, plan) || overlap;
    // A pod that two slices list is taken from one of them, whichever would otherwise be left as it is.
    const isCurrent = (state: SliceState | null): boolean =>
      state?.plan === plan && state.isCurrent && !overlap;
    if (existing.length > 0 && states.every(isCurrent) && this.#listsAll(states)) return NO_WRITES;
    const [only] = states;
    const rewrite = only === undefined || states.length > 1 ? null : this.#rewrite(only, endpointsMax);
    if (rewrite !== null) return { creates: [], updates: [rewrite], deletes: [] };
    const current = new Set(states.filter(isCurrent).map(({ slice }) => slice));
    return planSlices(existing, this.#missing(isCurrent), endpointsMax, current);
  }

  /** What `planSlices` comes to for a small Service: its only slice keeps some of its pods and has room for the others. */
  #rewrite(state: SliceState, endpointsMax: number): SliceUpdate | null {
    const { name, resourceVersion, port, endpoints: before } = state.slice;
    if (this.#listed.size !== 1 || (this.#listed.get(port) ?? Number.POSITIVE_INFINITY) > endpointsMax)
      return null;
    const endpoints: Endpoint[] = [];
    for (const { pod } of before) {
      const entry = this.#entries.get(pod);
      if (entry === undefined) continue;
      entry.slice = state;
      if (entry.endpoint !== null) endpoints.push(entry.endpoint);
    }
    if (endpoints.length === 0) return null;
    for (const { endpoint, slice } of this.#entries.values()) {
      if (endpoint !== null && slice !== state) endpoints.push(endpoint);
    }
    return { name, resourceVersion, port, endpoints };
  }

  #stateOf(slice: ExistingSlice, plan: number): SliceState {
    let state = this.#states.get(slice.name);
    if (state?.slice !== slice) {
      state = { slice, checked: false, isCurrent: false, listed: 0, plan };
      this.#states.set(slice.name, state);
    }
    state.plan = plan;
    return state;
  }

  /** Looks at each endpoint of the slice. @returns whether another slice of the plan lists one of its pods too */
  #check(state: SliceState, plan: number): boolean {
    const { slice } = state;
    let overlap = false;
    // Whether an empty slice is wanted depends on no pod of its own.
    state.checked = slice.endpoints.length > 0;
    state.isCurrent = this.#listed.has(slice.port);
    state.listed = 0;
    for (const listed of slice.endpoints) {
      const entry = this.#entries.get(listed.pod);
      // A pod that is not known here yet may become known while the slice stays as it is.
      if (entry === undefined) state.checked = false;
      if (entry?.endpoint == null || entry.port !== slice.port) state.isCurrent = false;
      else {
        state.listed++;
        state.isCurrent &&= entry.endpoint === listed || equalEndpoints(entry.endpoint, listed);
      }
      if (entry === undefined) continue;
      const other = entry.slice;
      entry.slice = state;
      if (other === null || other === state || other.plan !== plan) continue;
      overlap = true;
      // Both are looked at again as long as both are there.
      other.checked = false;
      state.checked = false;
    }
    return overlap;
  }

  #listsAll(states: readonly SliceState[]): boolean {
    let left = 0;
    for (const count of this.#listed.values()) left += count;
    for (const { listed } of states) left -= listed;
    return left === 0;
  }

  /** What no slice lists that is left as it is; by port, with ports that are listed in full. */
  #missing(isCurrent: (state: SliceState | null) => boolean): Map<number | null, Endpoint[]> {
    const missing = new Map<number | null, Endpoint[]>();
    for (const { endpoint, port, slice } of this.#entries.values()) {
      if (endpoint === null) continue;
      let endpoints = missing.get(port);
      if (endpoints === undefined) {
        endpoints = [];
        missing.set(port, endpoints);
      }
      if (!isCurrent(slice)) endpoints.push(endpoint);
    }
    return missing;
  }
}
