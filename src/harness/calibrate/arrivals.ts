/** When a change of an object reached this program: the clock of every probe that waits for the cluster to do something. */
import type { DurationMs } from '../../kernel/time.ts';
import { watch, type Watching } from '../kubernetes/watch.ts';
import type { KubernetesClient, LiveByKind, WatchedKind } from '../kubernetes/client.ts';

type Condition<O> = (object: O | null) => boolean;

interface Waiter {
  readonly kind: WatchedKind;
  /** null: any object of the kind. */
  readonly name: string | null;
  readonly holds: Condition<never>;
  readonly arrived: (epochMs: number, object: unknown) => void;
}

/** Milliseconds since the epoch, finer than a millisecond. */
export function nowEpochMs(): number {
  return performance.timeOrigin + performance.now();
}

export class Arrivals {
  readonly #watching: readonly Watching[];
  readonly #waiters = new Set<Waiter>();
  readonly #signal: AbortSignal;

  /** @param patienceMs the API server may be silent for so long */
  constructor(
    client: KubernetesClient,
    kinds: readonly WatchedKind[],
    patienceMs: DurationMs,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
    this.#watching = kinds.map((kind) =>
      watch({
        client,
        kind,
        signal,
        patienceMs,
        changed: (after, before) => {
          this.#changed(kind, (after ?? before)?.metadata.name ?? '', after);
        },
      }),
    );
  }

  /** Every kind has been listed: from here on a change is seen as it comes. */
  async ready(): Promise<void> {
    await Promise.all(this.#watching.map(async ({ synced }) => synced));
  }

  /**
   * The instant at which the next change arrives after which the condition holds. To be asked for before whatever
   * causes it. null stands for an object that is gone.
   * Rejects with the signal's reason, and with ApiUnreachable when the API server has gone; whoever waits for something
   * else then may leave it alone.
   */
  when<K extends WatchedKind>(kind: K, name: string, holds: Condition<LiveByKind[K]>): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    return heard(this.#waited({ kind, name, holds, arrived: resolve }, promise, reject));
  }

  /** The first object to come for which the condition holds. To be asked for before whatever makes it. Rejects as `when`. */
  find<K extends WatchedKind>(kind: K, holds: (object: LiveByKind[K]) => boolean): Promise<LiveByKind[K]> {
    const { promise, resolve, reject } = Promise.withResolvers<LiveByKind[K]>();
    const found: Condition<LiveByKind[K]> = (object) => object !== null && holds(object);
    const arrived = (_: number, object: unknown): void => {
      resolve(object as LiveByKind[K]);
    };
    return heard(this.#waited({ kind, name: null, holds: found, arrived }, promise, reject));
  }

  async #waited<T>(waiter: Waiter, promise: Promise<T>, reject: (error: Error) => void): Promise<T> {
    this.#signal.throwIfAborted();
    const abort = (): void => {
      reject(this.#signal.reason as Error);
    };
    this.#signal.addEventListener('abort', abort, { once: true });
    this.#waiters.add(waiter);
    try {
      const lost = Promise.race(this.#watching.map(async ({ ended }) => ended)).then(async () => promise);
      return await Promise.race([promise, lost]);
    } finally {
      this.#waiters.delete(waiter);
      this.#signal.removeEventListener('abort', abort);
    }
  }

  #changed(kind: WatchedKind, name: string, after: unknown): void {
    const epochMs = nowEpochMs();
    for (const waiter of this.#waiters) {
      if (waiter.kind !== kind || (waiter.name ?? name) !== name) continue;
      if (waiter.holds(after as never)) waiter.arrived(epochMs, after);
    }
  }
}

/** A probe waits for one thing after another: that a later one has failed meanwhile must not end the process. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
