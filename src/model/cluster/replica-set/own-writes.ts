/**
 * Kubernetes 1.36 (`StaleControllerConsistencyReplicaSet`, `…Job`): a ReplicaSet or Job is not looked at before its controller's
 * cache holds what the controller itself has written for it.
 */

/** False gives the behaviour of 1.35 and earlier, where expectations alone protect a sync from a stale cache. */
const WAITS_FOR_OWN_WRITES = true;

const RESOURCES = ['ReplicaSet', 'Pod', 'Job'] as const;
type Resource = (typeof RESOURCES)[number];

export class OwnWrites {
  readonly #seen: Record<Resource, number> = { ReplicaSet: 0, Pod: 0, Job: 0 };
  readonly #written = new Map<string, Partial<Record<Resource, number>>>();

  /** The cache of `resource` now holds this version. */
  seen(resource: Resource, resourceVersion: number): void {
    this.#seen[resource] = Math.max(this.#seen[resource], resourceVersion);
  }

  wrote(key: string, resource: Resource, resourceVersion: number): void {
    const versions = this.#written.get(key) ?? {};
    versions[resource] = Math.max(versions[resource] ?? 0, resourceVersion);
    this.#written.set(key, versions);
  }

  /** Whether the caches hold every write for the key. */
  visible(key: string): boolean {
    if (!WAITS_FOR_OWN_WRITES) return true;
    const versions = this.#written.get(key);
    if (versions === undefined) return true;
    for (const resource of RESOURCES) {
      if ((versions[resource] ?? 0) > this.#seen[resource]) return false;
    }
    this.#written.delete(key);
    return true;
  }

  forget(key: string): void {
    this.#written.delete(key);
  }
}
