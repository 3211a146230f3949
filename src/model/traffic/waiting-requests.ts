/**
 * Requests that are on no connection: those in a client's own queue for one to be free, and those between two
 * attempts. Few at most times, so they are records; each client's queue is FIFO.
 */
import type { TimeMs } from '../../kernel/time.ts';

export interface WaitingRequest {
  client: number;
  arrivedMs: TimeMs;
  /** Of the attempt that it waits for. */
  deadlineMs: TimeMs;
  /** Attempts, the one that it waits for included. */
  attempts: number;
  /** The user who asked (closed loop only). */
  user: number;
  /** Whether a connection of its own has to be opened. */
  fresh: boolean;
}

const COMPACT_FROM = 64;

/** One client's queue: an array with a moving head, compacted now and then. */
class Fifo {
  #items: WaitingRequest[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): WaitingRequest | undefined {
    return this.#items[this.#head];
  }

  push(request: WaitingRequest): void {
    this.#items.push(request);
  }

  shift(): void {
    this.#head++;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  countIf(wanted: (request: WaitingRequest) => boolean): number {
    let count = 0;
    for (let i = this.#head; i < this.#items.length; i++) {
      if (wanted(this.#items[i] as WaitingRequest)) count++;
    }
    return count;
  }
}

export class WaitingRequests {
  readonly #queues: readonly Fifo[];
  readonly #retries = new Map<number, WaitingRequest>();
  /** Of each client: requests between two attempts. */
  readonly #parked: Int32Array;
  #nextRetry = 0;
  /** Requests in the queues of all clients. */
  waiting = 0;

  constructor(clients: number) {
    this.#parked = new Int32Array(clients);
    this.#queues = Array.from({ length: clients }, () => new Fifo());
  }

  enqueue(request: WaitingRequest): void {
    (this.#queues[request.client] as Fifo).push(request);
    this.waiting++;
  }

  /** Whether no request of this client waits for a connection or for its next attempt. */
  isIdle(client: number): boolean {
    return this.isEmpty(client) && this.#parked[client] === 0;
  }

  isEmpty(client: number): boolean {
    return (this.#queues[client] as Fifo).length === 0;
  }

  /** The request of this client that has waited longest: its deadline is the nearest too, since all have equal timeouts. */
  first(client: number): WaitingRequest | undefined {
    return (this.#queues[client] as Fifo).first;
  }

  dequeue(client: number): void {
    (this.#queues[client] as Fifo).shift();
    this.waiting--;
  }

  /** Keeps a request until its next attempt is due and returns its number. */
  park(request: WaitingRequest): number {
    const number = this.#nextRetry++;
    this.#retries.set(number, request);
    this.#parked[request.client] = (this.#parked[request.client] as number) + 1;
    return number;
  }

  unpark(number: number): WaitingRequest {
    const request = this.#retries.get(number);
    if (request === undefined) throw new Error(`no request ${number} waits for a retry`);
    this.#retries.delete(number);
    this.#parked[request.client] = (this.#parked[request.client] as number) - 1;
    return request;
  }

  countIf(wanted: (request: WaitingRequest) => boolean): number {
    let count = 0;
    for (const queue of this.#queues) count += queue.countIf(wanted);
    for (const request of this.#retries.values()) if (wanted(request)) count++;
    return count;
  }
}
