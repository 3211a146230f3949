/**
 * Every client's connections, and the request under way on each, as columns of numbers: an HTTP/1.1 connection
 * carries one request at a time, so a request needs no record of its own. A client's connections lie side by
 * side, `each` of them, and are numbered from `client · each`.
 */
import type { TimeMs } from '../../kernel/time.ts';
import type { Clients } from '../../scenario/scenario.ts';
import type { PodIndex } from '../data-plane.ts';
import type { Outcomes } from './outcomes.ts';

/** Where a connection stands. An `ANSWERED` one is idle once `freeMs` has passed. */
export const CLOSED = 0;
/** The SYN is under way, or lost. */
export const CONNECTING = 1;
/** A request is on its way to the server, or will be once the handshake is done. */
export const SENT = 2;
/** The server has the request, or had it: the times of its start, end and answer are known. */
export const ANSWERED = 3;

/** Why the server's side closed, for the mechanism of a request that meets it. */
export const BY_IDLE_TIMEOUT = 0;
export const BY_DRAIN = 1;
export const BY_EXIT = 2;

export class Connections {
  readonly each: number;
  readonly size: number;
  readonly phase: Uint8Array;
  readonly pod: Int32Array;
  /** From when the client may send the next request: -Infinity when closed, Infinity while that is not known. */
  readonly freeMs: Float64Array;
  /** From when the client knows that the connection cannot be used any more. */
  readonly goneMs: Float64Array;
  /** When the server's side closes, Infinity when it does not. */
  readonly serverClosesMs: Float64Array;
  readonly closedBy: Uint8Array;
  readonly openedMs: Float64Array;
  /** Requests sent on it so far. */
  readonly used: Int32Array;

  // The request under way, or the one before.
  readonly arrivedMs: Float64Array;
  readonly deadlineMs: Float64Array;
  readonly sentMs: Float64Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  readonly attempts: Int32Array;
  /** The user who asked (closed loop only). */
  readonly user: Int32Array;
  /** 1 while its answer, due at `freeMs`, has not been counted. */
  readonly uncounted: Uint8Array;

  readonly #outcomes: Outcomes;
  /** Connections that may hold an uncounted answer, each once. */
  readonly #pending: Int32Array;
  readonly #isPending: Uint8Array;
  #pendingLength = 0;

  constructor(clients: Clients, outcomes: Outcomes) {
    const size = clients.count * clients.connectionsEach;
    const times = (fill: number): Float64Array => new Float64Array(size).fill(fill);
    this.each = clients.connectionsEach;
    this.size = size;
    this.phase = new Uint8Array(size);
    this.pod = new Int32Array(size).fill(-1);
    this.freeMs = times(Number.NEGATIVE_INFINITY);
    this.goneMs = times(0);
    this.serverClosesMs = times(0);
    this.closedBy = new Uint8Array(size);
    this.openedMs = times(0);
    this.used = new Int32Array(size);
    this.arrivedMs = times(0);
    this.deadlineMs = times(0);
    this.sentMs = times(0);
    this.startMs = times(0);
    this.endMs = times(0);
    this.attempts = new Int32Array(size);
    this.user = new Int32Array(size);
    this.uncounted = new Uint8Array(size);
    this.#outcomes = outcomes;
    this.#pending = new Int32Array(size);
    this.#isPending = new Uint8Array(size);
  }

  /** The pod that a SYN of this client, sent before `sentBeforeMs`, still waits for: its address is gone. -1: none. */
  unansweredPod(client: number, sentBeforeMs: TimeMs): PodIndex {
    const first = client * this.each;
    for (let connection = first; connection < first + this.each; connection++) {
      const waits = this.phase[connection] === CONNECTING;
      if (waits && (this.openedMs[connection] as number) < sentBeforeMs)
        return this.pod[connection] as PodIndex;
    }
    return -1;
  }

  /** The client that a connection belongs to. */
  clientOf(connection: number): number {
    return Math.floor(connection / this.each);
  }

  /** When the next of this client's busy connections becomes free, as far as known; Infinity when none is. */
  nextFreeMs(client: number, nowMs: number): number {
    const base = client * this.each;
    let nextMs = Number.POSITIVE_INFINITY;
    for (let connection = base; connection < base + this.each; connection++) {
      const ms = this.freeMs[connection] as number;
      if (ms > nowMs && ms < nextMs) nextMs = ms;
    }
    return nextMs;
  }

  /** The client's side is closed; the place can be used for another connection. */
  close(connection: number): void {
    this.phase[connection] = CLOSED;
    this.freeMs[connection] = Number.NEGATIVE_INFINITY;
    this.pod[connection] = -1;
  }

  /** The answer comes at `freeMs`, unless something cuts it. */
  answerAt(connection: number, freeMs: number): void {
    this.freeMs[connection] = freeMs;
    this.uncounted[connection] = 1;
    if (this.#isPending[connection] === 0) {
      this.#isPending[connection] = 1;
      this.#pending[this.#pendingLength++] = connection;
    }
  }

  /** Nothing is known of an answer (any more). */
  unanswer(connection: number): void {
    this.freeMs[connection] = Number.POSITIVE_INFINITY;
    this.uncounted[connection] = 0;
  }

  /** Counts the answer that came last, if that has not been done. */
  countAnswer(connection: number): void {
    if (this.uncounted[connection] === 1) this.#count(connection);
  }

  /** Counts every answer that came before `beforeMs`. */
  countAnswers(beforeMs: number): void {
    let kept = 0;
    for (let i = 0; i < this.#pendingLength; i++) {
      const connection = this.#pending[i] as number;
      if (this.uncounted[connection] === 1) {
        if ((this.freeMs[connection] as number) >= beforeMs) {
          this.#pending[kept++] = connection;
          continue;
        }
        this.#count(connection);
      }
      this.#isPending[connection] = 0;
    }
    this.#pendingLength = kept;
  }

  #count(connection: number): void {
    this.uncounted[connection] = 0;
    this.#outcomes.ok(
      this.arrivedMs[connection] as number,
      this.freeMs[connection] as number,
      (this.used[connection] as number) > 1,
      this.attempts[connection] as number,
    );
  }
}
