/**
 * List and watch of one kind of object, as informers do it: every change since the list, however often the connection
 * ends, and what was missed found out by a new list when the server has forgotten the version.
 */
import { setTimeout } from 'node:timers/promises';
import { ApiError, ApiUnreachable, isPassing, isStatus } from './api-error.ts';
import type { KubernetesClient, LiveByKind, WatchedKind } from './client.ts';

/** `before` is what was known: null for a new object; `after` null: it is gone. */
export type ObjectChange<O> = (after: O | null, before: O | null) => void;

export interface WatchOptions<K extends WatchedKind> {
  readonly client: KubernetesClient;
  readonly kind: K;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly changed: ObjectChange<LiveByKind[K]>;
  /** For so long nobody need answer: a control plane that restarts is back before it. */
  readonly patienceMs?: number;
}

export interface Watching {
  /** The first list has been delivered. */
  readonly synced: Promise<void>;
  /** Ends with the signal. Rejects with ApiUnreachable when nobody answered for `patienceMs`. */
  readonly ended: Promise<void>;
}

const PATIENCE_MS = 15_000;
const RETRY_MS = 500;

interface WatchEvent<O> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: O;
}

export function watch<K extends WatchedKind>(options: WatchOptions<K>): Watching {
  let ended: Promise<void> = Promise.resolve();
  const synced = new Promise<void>((resolve, reject) => {
    ended = new Reflector(options, resolve).run();
    ended.then(resolve, reject);
  });
  // Whoever waits for one of the two sees the failure; the other must not end the process.
  synced.catch(ignore);
  return { synced, ended };
}

class Reflector<K extends WatchedKind> {
  readonly #options: WatchOptions<K>;
  readonly #synced: () => void;
  readonly #known = new Map<string, LiveByKind[K]>();
  #resourceVersion: string | null = null;
  /** Since when nobody has answered; null: somebody does. */
  #silentSinceMs: number | null = null;

  constructor(options: WatchOptions<K>, synced: () => void) {
    this.#options = options;
    this.#synced = synced;
  }

  async run(): Promise<void> {
    const { signal, patienceMs = PATIENCE_MS } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === null) await this.#list();
        await this.#follow(this.#resourceVersion ?? '');
      } catch (error) {
        if (signal.aborted) return;
        if (isGone(error)) this.#resourceVersion = null;
        else if (error instanceof ApiUnreachable || isPassing(error)) {
          this.#silentSinceMs ??= performance.now();
          if (performance.now() - this.#silentSinceMs >= patienceMs) throw error;
          await setTimeout(Math.min(RETRY_MS, patienceMs), undefined, { signal }).catch(ignore);
        } else throw error;
      }
    }
  }

  async #list(): Promise<void> {
    const { client, kind, query = {}, signal } = this.#options;
    const { items, resourceVersion } = await client.list(kind, query, signal);
    const present = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, object] of this.#known) if (!present.has(uid)) this.#removed(object);
    for (const object of items) this.#stored(object);
    this.#resourceVersion = resourceVersion;
    this.#synced();
  }

  async #follow(resourceVersion: string): Promise<void> {
    const { client, kind, query = {}, signal } = this.#options;
    const answered = (): void => {
      this.#silentSinceMs = null;
    };
    for await (const line of client.watchLines(kind, resourceVersion, query, signal, answered)) {
      if (line === '') continue;
      const { type, object } = JSON.parse(line) as WatchEvent<LiveByKind[K]>;
      if (type === 'ERROR') {
        const { code = 500, message = 'the watch failed' } = object as { code?: number; message?: string };
        throw new ApiError(code, message);
      }
      this.#resourceVersion = object.metadata.resourceVersion;
      if (type === 'DELETED') this.#removed(object);
      else if (type !== 'BOOKMARK') this.#stored(object);
    }
  }

  #stored(object: LiveByKind[K]): void {
    const { uid, resourceVersion } = object.metadata;
    const before = this.#known.get(uid) ?? null;
    if (before?.metadata.resourceVersion === resourceVersion) return;
    this.#known.set(uid, object);
    this.#options.changed(object, before);
  }

  #removed(object: LiveByKind[K]): void {
    const before = this.#known.get(object.metadata.uid);
    if (before === undefined) return;
    this.#known.delete(object.metadata.uid);
    // What it was last: a forced deletion stores nothing in between.
    this.#options.changed(null, object);
  }
}

/** The server has forgotten the version: everything must be listed again. */
function isGone(error: unknown): boolean {
  return isStatus(error, 410);
}

function ignore(): void {
  // Seen elsewhere.
}
