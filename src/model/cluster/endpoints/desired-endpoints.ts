/**
 * The endpoints that a Service's slices should list, kept up to date pod by pod: a change of one pod of thousands
 * costs the controller what that pod costs. The slices that list just what they should are told from the others.
 */
import type { Service } from '../../../scenario/scenario.ts';
import { selects, type Endpoint, type PodObject } from '../objects.ts';
import { isListed, podToEndpoint, targetPortOn } from './pod-endpoint.ts';
import { equalEndpoints, planSlices, type ExistingSlice, type SlicePlan } from './slice-plan.ts';

/** One pod, whether it is listed or not: the order of the pods is that in which they became known. */
interface Entry {
  /** null: not to be listed, or gone. */
  endpoint: Endpoint | null;
  port: number | null;
  /** The plan that has last met it in a slice. */
  metBy: number;
  /** The plan that has last left it in its slice. */
  leftBy: number;
}

const NO_WRITES: SlicePlan = { creates: [], updates: [], deletes: [] };

export class DesiredEndpoints {
  readonly service: Service;
  readonly #entries = new Map<string, Entry>();
  /** How many are to be listed, by port. */
  readonly #listed = new Map<number | null, number>();
  readonly #entriesOf = new WeakMap<ExistingSlice, readonly (Entry | undefined)[]>();
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
      entry = { endpoint: null, port: null, metBy: 0, leftBy: 0 };
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
  }

  #count(port: number | null, by: 1 | -1): void {
    const count = (this.#listed.get(port) ?? 0) + by;
    if (count === 0) this.#listed.delete(port);
    else this.#listed.set(port, count);
  }

  /** The writes that make the slices list these endpoints (R-EPS-5). */
  plan(existing: readonly ExistingSlice[], endpointsMax: number): SlicePlan {
    const plan = ++this.#plans;
    const current = new Set<ExistingSlice>();
    let met = 0;
    let overlap = false;
    for (const slice of existing) {
      let isCurrent = this.#listed.has(slice.port);
      const entries = this.#entriesIn(slice);
      for (let index = 0; index < entries.length; index++) {
        const entry = entries[index];
        if (entry?.endpoint == null || entry.port !== slice.port) {
          isCurrent = false;
          continue;
        }
        if (entry.metBy === plan) overlap = true;
        entry.metBy = plan;
        met++;
        isCurrent &&= same(entry.endpoint, slice.endpoints[index]);
      }
      if (isCurrent) current.add(slice);
    }
    // A pod that two slices list is taken from one of them, whichever would otherwise be left as it is.
    if (overlap) current.clear();
    else if (existing.length > 0 && current.size === existing.length && met === this.#size())
      return NO_WRITES;
    return planSlices(existing, this.#notIn(current), endpointsMax, current);
  }

  #size(): number {
    let size = 0;
    for (const count of this.#listed.values()) size += count;
    return size;
  }

  #entriesIn(slice: ExistingSlice): readonly (Entry | undefined)[] {
    let entries = this.#entriesOf.get(slice);
    if (entries === undefined) {
      entries = slice.endpoints.map(({ pod }) => this.#entries.get(pod));
      // A pod that is not known here yet may become known while the slice stays as it is.
      if (!entries.includes(undefined)) this.#entriesOf.set(slice, entries);
    }
    return entries;
  }

  /** By port, ports that are listed in full included. */
  #notIn(current: ReadonlySet<ExistingSlice>): Map<number | null, Endpoint[]> {
    const left = this.#plans;
    for (const slice of current) for (const entry of this.#entriesIn(slice)) if (entry) entry.leftBy = left;
    const missing = new Map<number | null, Endpoint[]>();
    for (const { endpoint, port, leftBy } of this.#entries.values()) {
      if (endpoint === null) continue;
      let endpoints = missing.get(port);
      if (endpoints === undefined) {
        endpoints = [];
        missing.set(port, endpoints);
      }
      if (leftBy !== left) endpoints.push(endpoint);
    }
    return missing;
  }
}

function same(a: Endpoint, b: Endpoint | undefined): boolean {
  return a === b || equalEndpoints(a, b);
}
