/**
 * Turns the slices that exist and the endpoints that should be listed into the fewest writes (R-EPS-5): endpoints
 * stay in the slice that holds them, slices that are written anyway are filled first, and a slice never holds
 * more than its maximum.
 */
import type { Endpoint, EndpointSliceObject } from '../objects.ts';

export type ExistingSlice = Pick<EndpointSliceObject, 'name' | 'resourceVersion' | 'port' | 'endpoints'>;

export interface SliceContent {
  readonly port: number | null;
  readonly endpoints: readonly Endpoint[];
}

export interface SliceUpdate extends SliceContent {
  readonly name: string;
  /** The version that was read; null: the write takes over a slice that would be deleted, whatever is in it. */
  readonly resourceVersion: number | null;
}

export interface SlicePlan {
  readonly creates: readonly SliceContent[];
  readonly updates: readonly SliceUpdate[];
  readonly deletes: readonly ExistingSlice[];
}

interface Draft {
  readonly creates: SliceContent[];
  readonly updates: SliceUpdate[];
  readonly deletes: ExistingSlice[];
}

/** A slice while it is being filled. `existing` is null for one that is to be created. */
interface Filling {
  readonly existing: ExistingSlice | null;
  readonly endpoints: Endpoint[];
}

const NONE: ReadonlySet<ExistingSlice> = new Set();

/**
 * @param desired the endpoints to list, by port; without those in `current` slices, but with their port
 * @param current those of the existing slices that are known to list just what they should
 */
export function planSlices(
  existing: readonly ExistingSlice[],
  desired: ReadonlyMap<number | null, readonly Endpoint[]>,
  endpointsMax: number,
  current: ReadonlySet<ExistingSlice> = NONE,
): SlicePlan {
  const draft: Draft = { creates: [], updates: [], deletes: [] };
  for (const [port, endpoints] of desired) {
    const ofPort = existing.filter((slice) => slice.port === port);
    planPort(draft, { port, existing: ofPort, current, desired: endpoints, endpointsMax });
  }
  for (const slice of existing) if (!desired.has(slice.port)) draft.deletes.push(slice);
  keepOneSlice(draft, existing);
  foldCreatesIntoDeletes(draft);
  return draft;
}

interface PortContent {
  readonly port: number | null;
  readonly existing: readonly ExistingSlice[];
  readonly current: ReadonlySet<ExistingSlice>;
  readonly desired: readonly Endpoint[];
  readonly endpointsMax: number;
}

function planPort(draft: Draft, { port, existing, current, desired, endpointsMax }: PortContent): void {
  const missing = new Map<string, Endpoint>();
  for (const endpoint of desired) missing.set(endpoint.pod, endpoint);
  const changed: Filling[] = [];
  const unchanged: ExistingSlice[] = [];
  for (const slice of existing) {
    if (current.has(slice)) {
      unchanged.push(slice);
      continue;
    }
    const kept = takeKept(slice, missing);
    const same =
      kept.length === slice.endpoints.length && kept.every((e, i) => equalEndpoints(e, slice.endpoints[i]));
    if (same) unchanged.push(slice);
    else if (kept.length === 0) draft.deletes.push(slice);
    else changed.push({ existing: slice, endpoints: kept });
  }
  // Slices that are written anyway are filled first, the fullest before the others.
  changed.sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const filling of changed) fill(filling, missing, endpointsMax);
  while (missing.size > 0) {
    const tightest = takeTightestFit(unchanged, missing.size, endpointsMax);
    const filling = { existing: tightest, endpoints: [...(tightest?.endpoints ?? [])] };
    fill(filling, missing, endpointsMax);
    changed.push(filling);
  }
  for (const { existing: slice, endpoints } of changed) {
    if (slice === null) draft.creates.push({ port, endpoints });
    else draft.updates.push({ name: slice.name, resourceVersion: slice.resourceVersion, port, endpoints });
  }
}

/** The slice's endpoints that are still desired, as they should be now; they are no longer missing. */
function takeKept(slice: ExistingSlice, missing: Map<string, Endpoint>): Endpoint[] {
  const kept: Endpoint[] = [];
  for (const { pod } of slice.endpoints) {
    const endpoint = missing.get(pod);
    if (endpoint === undefined) continue;
    kept.push(endpoint);
    missing.delete(pod);
  }
  return kept;
}

function fill(filling: Filling, missing: Map<string, Endpoint>, endpointsMax: number): void {
  for (const [pod, endpoint] of missing) {
    if (filling.endpoints.length >= endpointsMax) return;
    filling.endpoints.push(endpoint);
    missing.delete(pod);
  }
}

/** The unchanged slice that has room for all that is missing and would be fullest then; a full slice's worth gets a new one. */
function takeTightestFit(
  unchanged: ExistingSlice[],
  missing: number,
  endpointsMax: number,
): ExistingSlice | null {
  if (missing >= endpointsMax) return null;
  let best = -1;
  for (const [index, { endpoints }] of unchanged.entries()) {
    if (endpoints.length + missing > endpointsMax) continue;
    if (endpoints.length > (unchanged[best]?.endpoints.length ?? -1)) best = index;
  }
  return best === -1 ? null : (unchanged.splice(best, 1)[0] ?? null);
}

/** A Service without endpoints keeps one empty slice instead of none. */
function keepOneSlice(draft: Draft, existing: readonly ExistingSlice[]): void {
  if (draft.deletes.length < existing.length || draft.creates.length > 0) return;
  const [only] = draft.deletes;
  if (draft.deletes.length === 1 && only?.port === null && only.endpoints.length === 0) draft.deletes.pop();
  else draft.creates.push({ port: null, endpoints: [] });
}

/** R-EPS-5: what would be deleted is overwritten by what would be created, so that a switch of all pods is one write. */
function foldCreatesIntoDeletes(draft: Draft): void {
  while (draft.creates.length > 0) {
    const replaced = draft.deletes.shift();
    if (replaced === undefined) return;
    const content = draft.creates.pop();
    if (content !== undefined) draft.updates.push({ ...content, name: replaced.name, resourceVersion: null });
  }
}

export function equalEndpoints(a: Endpoint, b: Endpoint | undefined): boolean {
  return (
    a.pod === b?.pod &&
    a.nodeName === b.nodeName &&
    a.ready === b.ready &&
    a.serving === b.serving &&
    a.terminating === b.terminating
  );
}
