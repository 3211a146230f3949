/**
 * The API server: the store of all objects, optimistic writes with latency, and watches that bring every stored
 * change to each watcher's own cache after its own delay, in order (R-GEN-1). Nothing else shares state.
 */
import type { RandomStream, RandomStreams } from '../../kernel/random.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { truncateToSecond, type TimeMs } from '../../kernel/time.ts';
import type { Latencies, LatencySampler } from '../latencies.ts';
import type { ApiLink } from './api-link.ts';
import { Informer, type WatchHandlers } from './informer.ts';
import type { Kind, ObjectsByKind, PodObject } from './objects.ts';
import { TokenBucket } from './token-bucket.ts';

export type WriteResult<K extends Kind> =
  | { readonly ok: true; readonly object: ObjectsByKind[K] }
  | {
      readonly ok: false;
      readonly reason: 'not-found' | 'exists' | 'conflict' | 'refused';
      readonly message: string;
    };

/** What a new object needs from its creator; the server fills in the rest of its metadata. */
export type NewObject<K extends Kind> = Omit<
  ObjectsByKind[K],
  'uid' | 'createdMs' | 'generation' | 'resourceVersion'
>;

/** Refuses an object at creation by returning why (R-DEP-24: quota), or null. */
export type Admission = (pod: PodObject, stored: ReadonlyMap<string, PodObject>) => string | null;

/** Sees every stored change at the instant it is stored: for the recorder, never for a controller. */
export type Observer = (object: ObjectsByKind[Kind] | null, old: ObjectsByKind[Kind] | null) => void;

type RemovalObserver = (pod: PodObject) => void;

type Stored = ObjectsByKind[Kind];

export class ApiServer {
  readonly #simulation: Simulation;
  readonly #latencies: Latencies;
  readonly #uids: RandomStream;
  readonly #stores = new Map<Kind, Map<string, Stored>>();
  readonly #informers = new Map<Kind, Informer<Kind>[]>();
  readonly #admissions: Admission[] = [];
  readonly #observers: Observer[] = [];
  readonly #removalObservers: RemovalObserver[] = [];
  #resourceVersion = 0;

  constructor(simulation: Simulation, latencies: Latencies, streams: RandomStreams) {
    this.#simulation = simulation;
    this.#latencies = latencies;
    this.#uids = streams.stream('uid');
  }

  /** A client with its own token bucket; `name` keys its latency draws. */
  client(name: string, qps: number, burst: number, link: ApiLink | null = null): ApiClient {
    const latency = this.#latencies.of('apiCall', name);
    return new ApiClient(this, this.#simulation, latency, new TokenBucket(qps, burst), link);
  }

  /** Watches a kind from now on, with a cache that already holds what is stored. */
  watch<K extends Kind>(
    kind: K,
    watcher: string,
    handlers: WatchHandlers<K> = {},
    link: ApiLink | null = null,
  ): Informer<K> {
    const latency = this.#latencies.of('watch', `${watcher}/${kind}`);
    const informer = new Informer<K>(this.#simulation, latency, handlers, link);
    for (const object of this.#store(kind).values()) informer.prime(object);
    const informers = (this.#informers.get(kind) ?? []).filter((other) => !other.isLost);
    informers.push(informer as unknown as Informer<Kind>);
    this.#informers.set(kind, informers);
    return informer;
  }

  admit(admission: Admission): void {
    this.#admissions.push(admission);
  }

  observe(observer: Observer): void {
    this.#observers.push(observer);
  }

  /** As `observe`, for those who only record that a pod is gone. */
  observePodRemovals(observer: RemovalObserver): void {
    this.#removalObservers.push(observer);
  }

  /** The stored object as it is this instant: for recording and tests, never for a controller's decision. */
  read<K extends Kind>(kind: K, name: string): ObjectsByKind[K] | undefined {
    return this.#store(kind).get(name);
  }

  /** Everything stored of a kind, in order of creation; same caution. */
  readAll<K extends Kind>(kind: K): ReadonlyMap<string, ObjectsByKind[K]> {
    return this.#store(kind);
  }

  /** Stores an object of the settled state and puts it in every cache, without latency or handlers. */
  seed<K extends Kind>(object: NewObject<K> & { readonly kind: K }, createdMs: TimeMs): ObjectsByKind[K] {
    const complete = this.#complete(object, createdMs);
    this.#store(object.kind).set(complete.name, complete);
    for (const informer of this.#informers.get(object.kind) ?? []) informer.prime(complete);
    return complete;
  }

  /** Stores at this instant and starts the watches' delivery; for the clients below. */
  commitCreate<K extends Kind>(object: NewObject<K> & { readonly kind: K }): WriteResult<K> {
    const store = this.#store(object.kind);
    if (store.has(object.name))
      return { ok: false, reason: 'exists', message: `${object.kind} ${object.name} exists` };
    const complete = this.#complete(object, truncateToSecond(this.#simulation.nowMs));
    if (complete.kind === 'Pod') {
      for (const admission of this.#admissions) {
        const refusal = admission(complete, this.#store('Pod'));
        if (refusal !== null) return { ok: false, reason: 'refused', message: refusal };
      }
    }
    store.set(complete.name, complete);
    this.#publish(object.kind, complete.name, complete, null);
    return { ok: true, object: complete };
  }

  /**
   * `change` sees the stored object and returns the next one, which is the store's from then on, the same one for no
   * change, or null to refuse (conflict).
   */
  commitUpdate<K extends Kind>(
    kind: K,
    name: string,
    change: (current: ObjectsByKind[K]) => ObjectsByKind[K] | null,
  ): WriteResult<K> {
    const store = this.#store(kind);
    const current = store.get(name);
    if (current === undefined) return { ok: false, reason: 'not-found', message: `${kind} ${name} is gone` };
    const next = change(current);
    if (next === null) return { ok: false, reason: 'conflict', message: `${kind} ${name} has changed` };
    if (next === current) return { ok: true, object: current };
    const stored = Object.assign(next, { resourceVersion: ++this.#resourceVersion });
    store.set(name, stored);
    this.#publish(kind, name, stored, current);
    return { ok: true, object: stored };
  }

  commitRemove<K extends Kind>(kind: K, name: string): WriteResult<K> {
    const store = this.#store(kind);
    const current = store.get(name);
    if (current === undefined) return { ok: false, reason: 'not-found', message: `${kind} ${name} is gone` };
    store.delete(name);
    this.#publish(kind, name, null, current);
    return { ok: true, object: current };
  }

  /** R-POD-16: a pod that no node has, or that asks for no grace, goes at once; a later deletion can only shorten. */
  commitDeletePod(name: string, graceSeconds: number | null): WriteResult<'Pod'> {
    const pod = this.read('Pod', name);
    if (pod === undefined) return { ok: false, reason: 'not-found', message: `Pod ${name} is gone` };
    const grace = graceSeconds ?? pod.template.terminationGracePeriodSeconds;
    const finished = pod.phase === 'Succeeded' || pod.phase === 'Failed';
    if (pod.nodeName === null || finished || grace === 0) return this.commitRemove('Pod', name);
    return this.commitUpdate('Pod', name, (current) => {
      if (current.deletionMs !== null && (current.deletionGraceSeconds ?? 0) <= grace) return current;
      const deletionMs = current.deletionMs ?? this.#simulation.nowMs;
      return { ...current, deletionMs, deletionGraceSeconds: grace, generation: current.generation + 1 };
    });
  }

  #store<K extends Kind>(kind: K): Map<string, ObjectsByKind[K]> {
    let store = this.#stores.get(kind);
    if (store === undefined) {
      store = new Map();
      this.#stores.set(kind, store);
    }
    return store as unknown as Map<string, ObjectsByKind[K]>;
  }

  #complete<K extends Kind>(
    object: NewObject<K> & { readonly kind: K },
    createdMs: TimeMs,
  ): ObjectsByKind[K] {
    // That of a node or a budget decides nothing: none is drawn, and those of pods stay what they are.
    const drawn = object.kind !== 'Node' && object.kind !== 'PodDisruptionBudget';
    const uid = drawn ? `${this.#hex()}-${this.#hex()}` : object.name;
    const meta = { uid, createdMs, generation: 1, resourceVersion: ++this.#resourceVersion };
    return { ...object, ...meta } as unknown as ObjectsByKind[K];
  }

  #hex(): string {
    return this.#uids.uint32().toString(16).padStart(8, '0');
  }

  #publish<K extends Kind>(
    kind: K,
    name: string,
    object: ObjectsByKind[K] | null,
    old: ObjectsByKind[K] | null,
  ): void {
    for (const observer of this.#observers) observer(object, old);
    if (object === null && old?.kind === 'Pod') {
      for (const observer of this.#removalObservers) observer(old);
    }
    for (const informer of this.#informers.get(kind) ?? []) informer.send(name, object, old);
  }
}

/**
 * One component's connection to the API server. Every call waits for its token (R-GEN-4), is stored after the
 * first half of its latency and answered after the second.
 */
export class ApiClient {
  readonly #server: ApiServer;
  readonly #simulation: Simulation;
  readonly #latency: LatencySampler;
  readonly #bucket: TokenBucket;
  readonly #link: ApiLink | null;

  constructor(
    server: ApiServer,
    simulation: Simulation,
    latency: LatencySampler,
    bucket: TokenBucket,
    link: ApiLink | null = null,
  ) {
    this.#link = link;
    this.#server = server;
    this.#simulation = simulation;
    this.#latency = latency;
    this.#bucket = bucket;
  }

  /** `stored` runs at the instant of the write, before the answer is on its way: for the timeline. */
  create<K extends Kind>(
    object: NewObject<K> & { readonly kind: K },
    done: (result: WriteResult<K>) => void = ignore,
    stored: (result: WriteResult<K>) => void = ignore,
  ): void {
    this.#call(() => this.#server.commitCreate<K>(object), done, stored);
  }

  /** `change` runs on the stored object when the call is carried out; see `ApiServer.commitUpdate`. */
  update<K extends Kind>(
    kind: K,
    name: string,
    change: (current: ObjectsByKind[K]) => ObjectsByKind[K] | null,
    done: (result: WriteResult<K>) => void = ignore,
  ): void {
    this.#call(() => this.#server.commitUpdate(kind, name, change), done);
  }

  /** Removes at once (ReplicaSets, slices; a kubelet's last word on a pod). */
  remove<K extends Kind>(kind: K, name: string, done: (result: WriteResult<K>) => void = ignore): void {
    this.#call(() => this.#server.commitRemove(kind, name), done);
  }

  /** Deletes a pod gracefully; grace null: the pod's own (R-POD-16). `stored` as in `create`. */
  deletePod(
    name: string,
    graceSeconds: number | null,
    done: (result: WriteResult<'Pod'>) => void = ignore,
    stored: (result: WriteResult<'Pod'>) => void = ignore,
  ): void {
    this.#call(() => this.#server.commitDeletePod(name, graceSeconds), done, stored);
  }

  /** Any other call: `commit` is carried out at the instant at which a write would be stored. */
  perform<R>(commit: () => R, done: (result: R) => void): void {
    this.#call(commit, done);
  }

  /** A call that changes nothing the model keeps, such as an event: it only takes a token and time (R-GEN-4). */
  post(done: () => void = ignore): void {
    this.#call(() => undefined, done);
  }

  #call<R>(commit: () => R, done: (result: R) => void, stored: (result: R) => void = ignore): void {
    const link = this.#link;
    if (link === null) this.#send(commit, done, stored);
    else {
      const answered = (result: R): void => {
        link.pass(() => {
          done(result);
        });
      };
      link.pass(() => {
        this.#send(commit, answered, stored);
      });
    }
  }

  #send<R>(commit: () => R, done: (result: R) => void, stored: (result: R) => void): void {
    const waitMs = this.#bucket.take(this.#simulation.nowMs);
    const latencyMs = this.#latency.sample();
    this.#simulation.after(waitMs + latencyMs / 2, () => {
      const result = commit();
      stored(result);
      // An answer that nobody waits for needs no event.
      if (done === ignore) return;
      this.#simulation.after(latencyMs / 2, () => {
        done(result);
      });
    });
  }
}

function ignore(): void {
  // The caller learns what it needs from its watch.
}
