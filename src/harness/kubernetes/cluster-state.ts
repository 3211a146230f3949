/** What is known of the cluster at any moment: every watched object, and whoever wants to hear of each change. */
import type { KubernetesClient, LiveByKind, WatchedKind } from './client.ts';
import { watch, type ObjectChange } from './watch.ts';

type Known = { readonly [K in WatchedKind]: Map<string, LiveByKind[K]> };
type Listeners = { readonly [K in WatchedKind]: ObjectChange<LiveByKind[K]>[] };

const KINDS: readonly WatchedKind[] = [
  'Node',
  'Deployment',
  'ReplicaSet',
  'Pod',
  'EndpointSlice',
  'Job',
  'Event',
];

export class ClusterState {
  readonly #known: Known = byKind(() => new Map());
  readonly #listeners: Listeners = byKind(() => []);
  readonly #waiting = new Set<() => void>();

  /** Latest state of an object; null: there is none. */
  get<K extends WatchedKind>(kind: K, name: string): LiveByKind[K] | null {
    return this.#known[kind].get(name) ?? null;
  }

  /** In order of first sight. */
  all<K extends WatchedKind>(kind: K): LiveByKind[K][] {
    return [...this.#known[kind].values()];
  }

  on<K extends WatchedKind>(kind: K, changed: ObjectChange<LiveByKind[K]>): void {
    this.#listeners[kind].push(changed);
  }

  /** Takes over one change, as a watch reports it. */
  change<K extends WatchedKind>(kind: K, after: LiveByKind[K] | null, before: LiveByKind[K] | null): void {
    const object = after ?? before;
    if (object === null) return;
    if (after === null) this.#known[kind].delete(object.metadata.name);
    else this.#known[kind].set(object.metadata.name, after);
    for (const listener of this.#listeners[kind]) listener(after, before);
    for (const look of this.#waiting) look();
  }

  /** Watches everything until the signal. @returns once all is listed; `failed` rejects when the API server has gone */
  async follow(
    client: KubernetesClient,
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly failed: Promise<never> }> {
    const watches = KINDS.map((kind) =>
      watch({
        client,
        kind,
        patienceMs,
        signal,
        changed: (after, before) => {
          this.change(kind, after, before);
        },
      }),
    );
    const failed = new Promise<never>((_, reject) => {
      for (const { ended } of watches) ended.catch(reject);
    });
    failed.catch(() => undefined);
    await Promise.all(watches.map(async ({ synced }) => synced));
    return { failed };
  }

  /** Waits until `holds` is true of what is known; it is asked after each change. @throws the signal's reason */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    if (holds()) return;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void): void => {
        this.#waiting.delete(look);
        signal.removeEventListener('abort', give);
        end();
      };
      const look = (): void => {
        if (holds()) settle(resolve);
      };
      const give = (): void => {
        settle(() => {
          reject(signal.reason as Error);
        });
      };
      this.#waiting.add(look);
      signal.addEventListener('abort', give);
    });
  }
}

function byKind<T>(make: () => T): Record<WatchedKind, T> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make()])) as Record<WatchedKind, T>;
}
