/**
 * Which of its connections a client takes (R-CLI-1). Each client's places are kept as one stretch of `order`:
 * first closed ones, then idle ones by the time since which they are idle, then busy ones in no order. Busy ones
 * are looked through when the client needs a connection, so that an answer costs nothing here.
 */
import type { RandomStream } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Clients } from '../../scenario/scenario.ts';
import type { Connections } from './connections.ts';

export class ClientPools {
  readonly #connections: Connections;
  readonly #freeMs: Float64Array;
  readonly #each: number;
  readonly #reuse: Clients['reuse'];
  readonly #random: RandomStream;
  readonly #order: Int32Array;
  /** Of each client: how many of its places are closed, closed or idle, and were ever used. */
  readonly #closed: Int32Array;
  readonly #ready: Int32Array;
  readonly #touched: Int32Array;

  constructor(connections: Connections, clients: Clients, random: RandomStream) {
    this.#connections = connections;
    this.#freeMs = connections.freeMs;
    this.#each = clients.connectionsEach;
    this.#reuse = clients.reuse;
    this.#random = random;
    this.#order = Int32Array.from({ length: connections.size }, (_, connection) => connection);
    this.#closed = new Int32Array(clients.count);
    this.#ready = new Int32Array(clients.count);
    this.#touched = new Int32Array(clients.count);
  }

  /** A connection for a request of this client: an idle one, else a `CLOSED` one to open, else -1. */
  take(client: number, nowMs: TimeMs): number {
    this.#collect(client, nowMs);
    const base = client * this.#each;
    for (;;) {
      const closed = this.#closed[client] as number;
      const ready = this.#ready[client] as number;
      if (ready === closed) return this.takeUnused(client);
      const connection = this.#remove(client, this.#choose(base + closed, base + ready));
      this.#connections.countAnswer(connection);
      if (nowMs < (this.#connections.goneMs[connection] as number)) return connection;
      this.#connections.close(connection);
      this.#collect(client, nowMs);
    }
  }

  /** A `CLOSED` connection to open; the one idle for longest is closed for it if need be; -1 when all are busy. */
  takeClosed(client: number, nowMs: TimeMs): number {
    this.#collect(client, nowMs);
    const unused = this.takeUnused(client);
    if (unused >= 0 || this.#ready[client] === 0) return unused;
    const connection = this.#remove(client, client * this.#each);
    this.#connections.countAnswer(connection);
    this.#connections.close(connection);
    return connection;
  }

  /** A place that holds no connection, as things stood when the client last took one; -1: none. */
  takeUnused(client: number): number {
    const closed = this.#closed[client] as number;
    if (closed > 0) {
      this.#closed[client] = closed - 1;
      return this.#remove(client, client * this.#each + closed - 1);
    }
    const touched = this.#touched[client] as number;
    if (touched === this.#each) return -1;
    this.#touched[client] = touched + 1;
    return this.#order[client * this.#each + touched] as number;
  }

  /** Somebody else has used this client's connections: which of them are closed, idle or busy is found out anew. */
  forget(client: number): void {
    this.#closed[client] = 0;
    this.#ready[client] = 0;
    this.#touched[client] = this.#each;
  }

  /** This client's idle connections, those idle for longest first: a view, valid until the next call. */
  idleOf(client: number, nowMs: TimeMs): Int32Array {
    this.#collect(client, nowMs);
    const base = client * this.#each;
    return this.#order.subarray(
      base + (this.#closed[client] as number),
      base + (this.#ready[client] as number),
    );
  }

  /** The idle connections of this client have other times now, or are closed: puts them in order. */
  sortIdle(client: number): void {
    const order = this.#order;
    const freeMs = this.#freeMs;
    const base = client * this.#each;
    const from = base + (this.#closed[client] as number);
    const end = base + (this.#ready[client] as number);
    for (let at = from + 1; at < end; at++) {
      const connection = order[at] as number;
      const sinceMs = freeMs[connection] as number;
      let to = at;
      for (; to > from && (freeMs[order[to - 1] as number] as number) > sinceMs; to--) {
        order[to] = order[to - 1] as number;
      }
      order[to] = connection;
    }
    let closed = this.#closed[client] as number;
    while (base + closed < end && freeMs[order[base + closed] as number] === Number.NEGATIVE_INFINITY)
      closed++;
    this.#closed[client] = closed;
  }

  #choose(from: number, to: number): number {
    if (this.#reuse === 'lifo') return to - 1;
    if (this.#reuse === 'fifo') return from;
    return from + this.#random.below(to - from);
  }

  /** Moves the place at `position` to the busy ones. */
  #remove(client: number, position: number): number {
    const order = this.#order;
    const ready = (this.#ready[client] as number) - 1;
    const last = client * this.#each + ready;
    const connection = order[position] as number;
    for (let at = position; at < last; at++) order[at] = order[at + 1] as number;
    order[last] = connection;
    this.#ready[client] = ready;
    return connection;
  }

  /** Moves the busy ones that have become free, or closed, to where they belong. */
  #collect(client: number, nowMs: TimeMs): void {
    const order = this.#order;
    const freeMs = this.#freeMs;
    const base = client * this.#each;
    const end = base + (this.#touched[client] as number);
    let ready = base + (this.#ready[client] as number);
    for (let at = ready; at < end; at++) {
      const connection = order[at] as number;
      const sinceMs = freeMs[connection] as number;
      if (sinceMs > nowMs) continue;
      order[at] = order[ready] as number;
      let to = ready++;
      for (; to > base && (freeMs[order[to - 1] as number] as number) > sinceMs; to--) {
        order[to] = order[to - 1] as number;
      }
      order[to] = connection;
      if (sinceMs === Number.NEGATIVE_INFINITY) this.#closed[client] = (this.#closed[client] as number) + 1;
    }
    this.#ready[client] = ready - base;
  }
}
