/**
 * The few things of the traffic that have to be waited for one by one: attempts that will fail, clients with a
 * queue, retries, users who think. Requests that go well are never here.
 */
import { EventQueue, type EventHandle } from '../../kernel/event-queue.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { FailureClass } from '../../record.ts';
import type { FailureMechanism } from '../data-plane.ts';

/** How an attempt will fail. */
export interface AttemptFailure {
  readonly class: FailureClass;
  readonly mechanism: FailureMechanism;
  /** An answer was read to its end: the connection can carry the next request. */
  readonly keepsConnection: boolean;
}

export const FAILURE = 0;
export const ANSWER = 1;
export const WAKE = 2;
export const RETRY = 3;
export const ASK = 4;
const KINDS = 8;

const NONE = -1;

export class Agenda {
  readonly #queue = new EventQueue<number>();
  /** The one entry that a connection has, of kind FAILURE or ANSWER. */
  readonly #entries: Float64Array;
  readonly #failures: (AttemptFailure | undefined)[];
  readonly #failsMs: Float64Array;
  readonly #wakes: Float64Array;
  readonly #wakesMs: Float64Array;
  /** Time of the earliest entry; Infinity when there is none. */
  nextMs: TimeMs = Number.POSITIVE_INFINITY;

  constructor(connections: number, clients: number) {
    this.#entries = new Float64Array(connections).fill(NONE);
    this.#failures = Array.from({ length: connections }, () => undefined);
    this.#failsMs = new Float64Array(connections).fill(Number.POSITIVE_INFINITY);
    this.#wakes = new Float64Array(clients).fill(NONE);
    this.#wakesMs = new Float64Array(clients).fill(Number.POSITIVE_INFINITY);
  }

  /** What was taken out last: whose it is, a connection, a client, a request or a user, and what it is about. */
  kind: number = FAILURE;
  id: number = NONE;

  /** Takes out the earliest entry, `id · 8 + kind`, and leaves both in the fields of these names. */
  pop(): void {
    const entry = this.#queue.pop();
    if (entry === undefined) throw new Error('the agenda is empty');
    this.nextMs = this.#queue.nextTimeMs;
    const kind = entry % KINDS;
    const id = (entry - kind) / KINDS;
    if (kind === FAILURE || kind === ANSWER) this.#entries[id] = NONE;
    if (kind === WAKE) {
      this.#wakes[id] = NONE;
      this.#wakesMs[id] = Number.POSITIVE_INFINITY;
    }
    this.kind = kind;
    this.id = id;
  }

  /** When the connection's attempt will fail, as things stand; Infinity when it will not. */
  failsMs(connection: number): TimeMs {
    return this.#failsMs[connection] as TimeMs;
  }

  /** The connection's attempt fails at `timeMs`, whatever was to happen before. */
  failAt(timeMs: TimeMs, connection: number, failure: AttemptFailure): void {
    this.#replace(timeMs, connection, FAILURE);
    this.#failures[connection] = failure;
    this.#failsMs[connection] = timeMs;
  }

  /** How the connection's attempt will fail, as things stand; undefined when it will not. */
  failureOf(connection: number): AttemptFailure | undefined {
    return this.#failures[connection];
  }

  /** Somebody else sees to the attempt's failure. @returns when it is due */
  withdraw(connection: number): TimeMs {
    const entry = this.#entries[connection] as number;
    if (entry !== NONE) this.#queue.cancel(entry as EventHandle);
    this.nextMs = this.#queue.nextTimeMs;
    this.#entries[connection] = NONE;
    const failsMs = this.#failsMs[connection] as TimeMs;
    this.#failures[connection] = undefined;
    this.#failsMs[connection] = Number.POSITIVE_INFINITY;
    return failsMs;
  }

  /** The failure that has just come due. */
  takeFailure(connection: number): AttemptFailure {
    const failure = this.#failures[connection];
    if (failure === undefined) throw new Error(`connection ${connection} has no failure due`);
    this.#failures[connection] = undefined;
    this.#failsMs[connection] = Number.POSITIVE_INFINITY;
    return failure;
  }

  /** Somebody waits for this connection's answer (closed loop). */
  answerAt(timeMs: TimeMs, connection: number): void {
    this.#replace(timeMs, connection, ANSWER);
  }

  #replace(timeMs: TimeMs, connection: number, kind: number): void {
    const entry = this.#entries[connection] as number;
    if (entry !== NONE) this.#queue.cancel(entry as EventHandle);
    this.#entries[connection] = this.#push(timeMs, connection * KINDS + kind);
  }

  /** The client looks at its queue at `timeMs`, or earlier if it was to already. */
  wakeAt(timeMs: TimeMs, client: number): void {
    if (timeMs >= (this.#wakesMs[client] as number)) return;
    const entry = this.#wakes[client] as number;
    if (entry !== NONE) this.#queue.cancel(entry as EventHandle);
    this.#wakesMs[client] = timeMs;
    this.#wakes[client] = this.#push(timeMs, client * KINDS + WAKE);
  }

  retryAt(timeMs: TimeMs, request: number): void {
    this.#push(timeMs, request * KINDS + RETRY);
  }

  askAt(timeMs: TimeMs, user: number): void {
    this.#push(timeMs, user * KINDS + ASK);
  }

  #push(timeMs: TimeMs, entry: number): EventHandle {
    const handle = this.#queue.push(timeMs, entry);
    this.nextMs = this.#queue.nextTimeMs;
    return handle;
  }
}
