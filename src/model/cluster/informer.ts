/**
 * One watcher's view of one kind: the API state as of a watch latency ago, and the changes that are on their way to
 * it (R-GEN-1). What no handler acts on travels without an event of its own and is in the cache when it is looked at.
 */
import type { Simulation } from '../../kernel/simulation.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { LatencySampler } from '../latencies.ts';
import type { ApiLink } from './api-link.ts';
import type { Kind, ObjectsByKind } from './objects.ts';

export interface WatchHandlers<K extends Kind> {
  /** `old` is null for an addition. Called when the change reaches this watcher's cache, after the cache holds it. */
  readonly changed?: (object: ObjectsByKind[K], old: ObjectsByKind[K] | null) => void;
  readonly removed?: (object: ObjectsByKind[K]) => void;
  /** Which objects the server tells this watcher of, as a field selector does; once selected, always. Default: all. */
  readonly selects?: (object: ObjectsByKind[K]) => boolean;
  /**
   * Asked when a change is stored: whether a handler would do anything about it when it arrives at `dueMs`; null for
   * an object that is gone. Default: whether there is such a handler. Not asked of what goes through a link.
   */
  readonly concerns?: (
    object: ObjectsByKind[K] | null,
    old: ObjectsByKind[K] | null,
    dueMs: TimeMs,
  ) => boolean;
  /** Keeps an index of the cache: called whenever it takes something in, without an event too, before the handlers. */
  readonly indexed?: (object: ObjectsByKind[K] | null, old: ObjectsByKind[K] | null) => void;
  /** What objects are grouped by for `group`; it must never change. */
  readonly groupOf?: (object: ObjectsByKind[K]) => string;
}

interface Delivery<K extends Kind> {
  readonly name: string;
  /** null: it is gone. */
  readonly object: ObjectsByKind[K] | null;
  /** null: it has an event, which brings it. */
  readonly quiet: Place | null;
  /** The one that was sent after it. */
  next: Delivery<K> | null;
}

/** When something without an event arrives. */
interface Place {
  readonly dueMs: TimeMs;
  readonly sentMs: TimeMs;
  /** Among what was scheduled at the same instant. */
  readonly sequence: number;
}

type Named<K extends Kind> = Map<string, ObjectsByKind[K]>;

export class Informer<K extends Kind> {
  readonly #simulation: Simulation;
  readonly #latency: LatencySampler;
  readonly #handlers: WatchHandlers<K>;
  readonly #link: ApiLink | null;
  readonly #cache: Named<K> = new Map<string, ObjectsByKind[K]>();
  readonly #groups = new Map<string, Named<K>>();
  /** What is on its way, a chain in order: most often there is one delivery or none. */
  #first: Delivery<K> | null = null;
  #last: Delivery<K> | null = null;
  #lastDueMs: TimeMs = Number.NEGATIVE_INFINITY;

  constructor(
    simulation: Simulation,
    latency: LatencySampler,
    handlers: WatchHandlers<K>,
    link: ApiLink | null,
  ) {
    this.#simulation = simulation;
    this.#latency = latency;
    this.#handlers = handlers;
    this.#link = link;
  }

  get(name: string): ObjectsByKind[K] | undefined {
    this.#catchUp();
    return this.#cache.get(name);
  }

  /** In order of arrival in the cache. */
  list(): ObjectsByKind[K][] {
    this.#catchUp();
    return [...this.#cache.values()];
  }

  /** As `list`, without a copy: not to be kept. */
  values(): Iterable<ObjectsByKind[K]> {
    this.#catchUp();
    return this.#cache.values();
  }

  /** The objects that `groupOf` puts under this key, in order of arrival in the cache: not to be kept. */
  group(key: string): Iterable<ObjectsByKind[K]> {
    this.#catchUp();
    return this.#groups.get(key)?.values() ?? [];
  }

  /** Puts an object in the cache without telling the handlers: the settled state before time 0. */
  prime(object: ObjectsByKind[K]): void {
    if (this.#handlers.selects?.(object) !== false) this.#store(object.name, object);
  }

  /** Its node has lost power: it hears nothing any more. */
  get isLost(): boolean {
    return this.#link?.isLost ?? false;
  }

  /** A change has been stored: it arrives after the watch's latency, and not before those that were stored before it. */
  send(name: string, object: ObjectsByKind[K] | null, old: ObjectsByKind[K] | null): void {
    const simulation = this.#simulation;
    const sentMs = simulation.nowMs;
    const dueMs = Math.max(this.#lastDueMs, sentMs + this.#latency.sample());
    // Also what is not sent keeps what comes after it waiting: the draws stay the same whoever is told.
    this.#lastDueMs = dueMs;
    if (!this.#selects(object ?? old)) return;
    if (this.#concerns(object, old, dueMs)) {
      this.#append({ name, object, quiet: null, next: null });
      simulation.at(dueMs, this.#deliver);
    } else {
      const quiet = { dueMs, sentMs, sequence: simulation.newSequence() };
      this.#append({ name, object, quiet, next: null });
    }
  }

  #append(delivery: Delivery<K>): void {
    if (this.#last === null) this.#first = delivery;
    else this.#last.next = delivery;
    this.#last = delivery;
  }

  #selects(object: ObjectsByKind[K] | null): boolean {
    return object === null || this.#handlers.selects?.(object) !== false;
  }

  #concerns(object: ObjectsByKind[K] | null, old: ObjectsByKind[K] | null, dueMs: TimeMs): boolean {
    const { changed, removed, concerns } = this.#handlers;
    // What a link holds back must stay in order.
    if (this.#link !== null) return true;
    if (concerns !== undefined) return concerns(object, old, dueMs);
    return (object === null ? removed : changed) !== undefined;
  }

  /** Brings everything up to the next delivery that has an event, which is now. */
  readonly #deliver = (): void => {
    for (;;) {
      const { name, object, quiet } = this.#shift();
      if (quiet !== null) {
        this.#store(name, object);
        continue;
      }
      if (this.#link === null) this.#take(name, object);
      else {
        this.#link.pass(() => {
          this.#take(name, object);
        });
      }
      return;
    }
  };

  /** Brings what has arrived meanwhile without an event. */
  #catchUp(): void {
    for (;;) {
      const delivery = this.#first;
      if (delivery === null || delivery.quiet === null) return;
      const { dueMs, sentMs, sequence } = delivery.quiet;
      if (!this.#simulation.isPast(dueMs, sentMs, sequence)) return;
      this.#shift();
      this.#store(delivery.name, delivery.object);
    }
  }

  #shift(): Delivery<K> {
    const delivery = this.#first;
    if (delivery === null) throw new Error('nothing is on its way');
    this.#first = delivery.next;
    if (this.#first === null) this.#last = null;
    // A dead one that the collector has not come to yet would keep all that follow it alive.
    delivery.next = null;
    return delivery;
  }

  #take(name: string, object: ObjectsByKind[K] | null): void {
    const old = this.#store(name, object);
    if (object !== null) this.#handlers.changed?.(object, old);
    else if (old !== null) this.#handlers.removed?.(old);
  }

  /** @returns what the cache held before */
  #store(name: string, object: ObjectsByKind[K] | null): ObjectsByKind[K] | null {
    const old = this.#cache.get(name) ?? null;
    if (object === null) this.#cache.delete(name);
    else this.#cache.set(name, object);
    const { groupOf, indexed } = this.#handlers;
    indexed?.(object, old);
    if (groupOf !== undefined) this.#regroup(name, object, old, groupOf);
    return old;
  }

  #regroup(
    name: string,
    object: ObjectsByKind[K] | null,
    old: ObjectsByKind[K] | null,
    groupOf: (object: ObjectsByKind[K]) => string,
  ): void {
    const any = object ?? old;
    if (any === null) return;
    const key = groupOf(any);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new Map();
      this.#groups.set(key, group);
    }
    if (object === null) group.delete(name);
    else group.set(name, object);
  }
}
