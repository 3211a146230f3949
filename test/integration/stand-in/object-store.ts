/** The objects of a stand-in API server, with versions and watches, as far as the harness asks for them. */

export interface StoredObject {
  apiVersion?: string;
  kind: string;
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller: boolean }[];
  };
  // Whatever a kind holds.
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  [field: string]: unknown;
}

export type StoreEvent = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: StoredObject };

export class ObjectStore {
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #watchers = new Map<string, Set<(event: StoreEvent) => void>>();
  readonly #history: { readonly plural: string; readonly version: number; readonly event: StoreEvent }[] = [];
  #version = 100;

  all(plural: string): StoredObject[] {
    return [...(this.#objects.get(plural)?.values() ?? [])];
  }

  get(plural: string, name: string): StoredObject | undefined {
    return this.#objects.get(plural)?.get(name);
  }

  get version(): string {
    return String(this.#version);
  }

  /** Creates or changes; a change of the specification raises the generation. */
  put(plural: string, name: string, fields: Partial<StoredObject> & { readonly kind: string }): StoredObject {
    const before = this.get(plural, name);
    const specChanged = JSON.stringify(before?.spec) !== JSON.stringify(fields.spec ?? before?.spec);
    this.#version += 1;
    const object: StoredObject = {
      ...before,
      ...fields,
      spec: fields.spec ?? before?.spec ?? {},
      status: fields.status ?? before?.status ?? {},
      metadata: {
        ...before?.metadata,
        ...fields.metadata,
        name,
        uid: before?.metadata.uid ?? `uid-${plural}-${name}-${this.#version}`,
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date().toISOString(),
        generation: (before?.metadata.generation ?? 0) + (specChanged ? 1 : 0),
        resourceVersion: String(this.#version),
      },
    };
    const kinds = this.#objects.get(plural) ?? new Map<string, StoredObject>();
    kinds.set(name, object);
    this.#objects.set(plural, kinds);
    this.#tell(plural, { type: before === undefined ? 'ADDED' : 'MODIFIED', object });
    return object;
  }

  remove(plural: string, name: string): void {
    const object = this.get(plural, name);
    if (object === undefined) return;
    this.#version += 1;
    this.#objects.get(plural)?.delete(name);
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#tell(plural, { type: 'DELETED', object: { ...object, metadata } });
  }

  /** Everything after a version, and then what comes. @returns ends it */
  watch(plural: string, since: number, tell: (event: StoreEvent) => void): () => void {
    for (const entry of this.#history)
      if (entry.plural === plural && entry.version > since) tell(entry.event);
    const watchers = this.#watchers.get(plural) ?? new Set();
    this.#watchers.set(plural, watchers);
    watchers.add(tell);
    return () => watchers.delete(tell);
  }

  #tell(plural: string, event: StoreEvent): void {
    this.#history.push({ plural, version: this.#version, event });
    for (const watcher of this.#watchers.get(plural) ?? []) watcher(event);
  }
}
