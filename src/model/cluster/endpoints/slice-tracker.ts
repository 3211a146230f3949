/**
 * What the controller remembers of its own slice writes, to notice that its cache does not show them yet (R-EPS-6)
 * and to tell a foreign write from its own (R-EPS-7).
 */
import type { EndpointSliceObject } from '../objects.ts';

const DELETION_EXPECTED = Number.POSITIVE_INFINITY;

type Tracked = Pick<EndpointSliceObject, 'service' | 'uid' | 'resourceVersion'>;

export class SliceTracker {
  /** Version last written, by slice uid, by service. */
  readonly #versions = new Map<string, Map<string, number>>();

  /** The controller's create or update was answered. */
  written(slice: Tracked): void {
    this.#of(slice.service).set(slice.uid, slice.resourceVersion);
  }

  /** The controller's deletion was answered. */
  deleted(slice: Tracked): void {
    this.#of(slice.service).set(slice.uid, DELETION_EXPECTED);
  }

  /** Whether the cache, which shows `slices` for the service, misses a write of the controller's own. */
  isStale(service: string, slices: readonly Tracked[]): boolean {
    const versions = this.#versions.get(service);
    if (versions === undefined) return false;
    let missing = 0;
    for (const written of versions.values()) if (written !== DELETION_EXPECTED) missing++;
    for (const { uid, resourceVersion } of slices) {
      const written = versions.get(uid);
      if (written === undefined) continue;
      if (written > resourceVersion) return true;
      missing--;
    }
    return missing > 0;
  }

  /** Whether a slice that reached the cache is newer than the controller's last write to it. */
  isForeign(slice: Tracked): boolean {
    const written = this.#versions.get(slice.service)?.get(slice.uid);
    return written === undefined || slice.resourceVersion > written;
  }

  /** A slice left the cache. @returns whether someone else deleted it */
  removed(slice: Tracked): boolean {
    const versions = this.#versions.get(slice.service);
    const written = versions?.get(slice.uid);
    versions?.delete(slice.uid);
    return written !== undefined && written !== DELETION_EXPECTED;
  }

  forget(service: string): void {
    this.#versions.delete(service);
  }

  #of(service: string): Map<string, number> {
    let versions = this.#versions.get(service);
    if (versions === undefined) {
      versions = new Map();
      this.#versions.set(service, versions);
    }
    return versions;
  }
}
