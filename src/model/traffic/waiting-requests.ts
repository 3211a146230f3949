/**
 * Requests that are on no connection: those in a client's own queue for one to be free, each queue FIFO, and those
 * between two attempts. Thousands may wait behind an overloaded pod, so that the queues are chains through columns of
 * numbers, from which a request is read as a record when its turn comes.
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

/** A first attempt that no user waits for, as a record that is used again and again. */
export function aRequest(): WaitingRequest {
  return { client: 0, arrivedMs: 0, deadlineMs: 0, attempts: 1, user: -1, fresh: false };
}

const NONE = -1;
const PLACES_AT_FIRST = 64;

export class WaitingRequests {
  #arrivedMs = new Float64Array(PLACES_AT_FIRST);
  #deadlineMs = new Float64Array(PLACES_AT_FIRST);
  #attempts = new Int32Array(PLACES_AT_FIRST);
  #user = new Int32Array(PLACES_AT_FIRST);
  #fresh = new Uint8Array(PLACES_AT_FIRST);
  /** The place of the one behind it in its queue, or the next unused place. */
  #next = new Int32Array(PLACES_AT_FIRST);
  /** Places that were used and are not now, as a chain; those from `#touched` on have never been. */
  #unused = NONE;
  #touched = 0;
  /** Of each client: the places of the first and the last of its queue. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #retries = new Map<number, WaitingRequest>();
  /** Of each client: requests between two attempts. */
  readonly #parked: Int32Array;
  #nextRetry = 0;
  /** Requests in the queues of all clients. */
  waiting = 0;
  /** What `first` shows. */
  readonly #shown: WaitingRequest = aRequest();

  constructor(clients: number) {
    this.#parked = new Int32Array(clients);
    this.#first = new Int32Array(clients).fill(NONE);
    this.#last = new Int32Array(clients).fill(NONE);
  }

  enqueue({ client, arrivedMs, deadlineMs, attempts, user, fresh }: WaitingRequest): void {
    const place = this.#takePlace();
    this.#arrivedMs[place] = arrivedMs;
    this.#deadlineMs[place] = deadlineMs;
    this.#attempts[place] = attempts;
    this.#user[place] = user;
    this.#fresh[place] = fresh ? 1 : 0;
    this.#next[place] = NONE;
    if (this.isEmpty(client)) this.#first[client] = place;
    else this.#next[this.#last[client] as number] = place;
    this.#last[client] = place;
    this.waiting++;
  }

  #takePlace(): number {
    const place = this.#unused;
    if (place !== NONE) {
      this.#unused = this.#next[place] as number;
      return place;
    }
    if (this.#touched === this.#next.length) this.#grow();
    return this.#touched++;
  }

  #grow(): void {
    const places = 2 * this.#next.length;
    this.#arrivedMs = wider(this.#arrivedMs, new Float64Array(places));
    this.#deadlineMs = wider(this.#deadlineMs, new Float64Array(places));
    this.#attempts = wider(this.#attempts, new Int32Array(places));
    this.#user = wider(this.#user, new Int32Array(places));
    this.#fresh = wider(this.#fresh, new Uint8Array(places));
    this.#next = wider(this.#next, new Int32Array(places));
  }

  /** Whether no request of this client waits for a connection or for its next attempt. */
  isIdle(client: number): boolean {
    return this.isEmpty(client) && this.#parked[client] === 0;
  }

  isEmpty(client: number): boolean {
    return this.#first[client] === NONE;
  }

  /**
   * The request of this client that has waited longest: its deadline is the nearest too, since all have equal timeouts.
   * The record shows another one after the next call.
   */
  first(client: number): Readonly<WaitingRequest> | undefined {
    const place = this.#first[client] as number;
    if (place === NONE) return undefined;
    const shown = this.#shown;
    shown.client = client;
    shown.arrivedMs = this.#arrivedMs[place] as number;
    shown.deadlineMs = this.#deadlineMs[place] as number;
    shown.attempts = this.#attempts[place] as number;
    shown.user = this.#user[place] as number;
    shown.fresh = this.#fresh[place] === 1;
    return shown;
  }

  /** The nearest deadline of the client's queue, which is not empty. */
  firstDeadlineMs(client: number): TimeMs {
    return this.#deadlineMs[this.#first[client] as number] as TimeMs;
  }

  /** Takes the first out of the client's queue, which is not empty. */
  dequeue(client: number): void {
    const place = this.#first[client] as number;
    this.#first[client] = this.#next[place] as number;
    this.#next[place] = this.#unused;
    this.#unused = place;
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

  /** How many wait, in a queue or for a retry, that arrived at such a time. */
  countIf(wanted: (arrivedMs: TimeMs) => boolean): number {
    let count = 0;
    for (const first of this.#first) {
      for (let place = first; place !== NONE; place = this.#next[place] as number) {
        if (wanted(this.#arrivedMs[place] as TimeMs)) count++;
      }
    }
    for (const request of this.#retries.values()) if (wanted(request.arrivedMs)) count++;
    return count;
  }
}

function wider<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
