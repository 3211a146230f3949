/**
 * Messages on the wire: what is sent arrives after a constant delay, so a ring keeps them in time order and
 * no event queue is needed. A connection has at most one message under way, which bounds the ring.
 */
import type { TimeMs } from '../../kernel/time.ts';

export class DelayLine {
  readonly #times: Float64Array;
  readonly #connections: Int32Array;
  readonly #mask: number;
  #head = 0;
  #tail = 0;
  /** When the first message arrives; Infinity when none is under way. */
  nextMs: TimeMs = Number.POSITIVE_INFINITY;

  /** @param connections how many there are, one message each */
  constructor(connections: number) {
    let capacity = 2;
    while (capacity < connections + 1) capacity *= 2;
    this.#times = new Float64Array(capacity);
    this.#connections = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  /** @param arrivesMs not earlier than that of any message before */
  push(arrivesMs: TimeMs, connection: number): void {
    const tail = this.#tail;
    if (this.#head === tail) this.nextMs = arrivesMs;
    this.#times[tail] = arrivesMs;
    this.#connections[tail] = connection;
    this.#tail = (tail + 1) & this.#mask;
  }

  /** Puts a message among those under way, which may arrive before or after it. */
  insert(arrivesMs: TimeMs, connection: number): void {
    this.push(arrivesMs, connection);
    const times = this.#times;
    const connections = this.#connections;
    let at = (this.#tail - 1) & this.#mask;
    while (at !== this.#head) {
      const before = (at - 1) & this.#mask;
      if ((times[before] as number) <= arrivesMs) break;
      times[at] = times[before] as number;
      connections[at] = connections[before] as number;
      at = before;
    }
    times[at] = arrivesMs;
    connections[at] = connection;
    this.nextMs = times[this.#head] as number;
  }

  /** Takes out the first message's connection. */
  shift(): number {
    const head = this.#head;
    const connection = this.#connections[head] as number;
    const next = (head + 1) & this.#mask;
    this.#head = next;
    this.nextMs = next === this.#tail ? Number.POSITIVE_INFINITY : (this.#times[next] as number);
    return connection;
  }
}
