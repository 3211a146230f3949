/**
 * One client whose every connection leads to one overloaded pod: its arrivals, the line of those that wait for a
 * connection, and its connections by when they become free. When all of that is known in advance, the next thing that
 * the client does follows from three numbers, and no connection is looked through for it.
 */
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';
import type { PodIndex } from '../../data-plane.ts';
import { NumberRing } from './number-ring.ts';

const NEVER = Number.POSITIVE_INFINITY;

function powerOfTwoFrom(least: number): number {
  let size = 1;
  while (size < least) size *= 2;
  return size;
}

export class HotClient {
  readonly client: number;
  /** When each request of its line arrived. */
  readonly waiting: NumberRing = new NumberRing();
  /** When its next request arrives, which none of those in the line is. */
  arrivesMs: TimeMs = NEVER;
  /** Until then a request that cannot be answered in time any more stands in the others' way (R-CLI-1). */
  blockedUntilMs: TimeMs = Number.NEGATIVE_INFINITY;
  /** What its line had grown behind as it came here, until the line is empty; -1: nothing. */
  heldUpBy: PodIndex = -1;

  readonly #freeMs: Float64Array;
  /** Ring of the connections whose end is known, the next to become free in front. */
  readonly #busy: Int32Array;
  readonly #busyUntilMs: Float64Array;
  readonly #mask: number;
  #head = 0;
  #busyCount = 0;
  /** Idle connections, the one that became free last on top; closed ones. */
  readonly #idle: Int32Array;
  #idleCount = 0;
  readonly #closed: Int32Array;
  #closedCount = 0;

  /**
   * @param connections how many places its pool has
   * @param freeMs when each connection becomes free
   */
  constructor(client: number, connections: number, freeMs: Float64Array) {
    const size = powerOfTwoFrom(connections);
    this.client = client;
    this.#freeMs = freeMs;
    this.#busy = new Int32Array(size);
    this.#busyUntilMs = new Float64Array(size);
    this.#mask = size - 1;
    this.#idle = new Int32Array(connections);
    this.#closed = new Int32Array(connections);
  }

  /** Forgets everything: the client begins anew. @param heldUpBy what its line has grown behind; -1: nothing */
  begin(heldUpBy: PodIndex): void {
    this.heldUpBy = heldUpBy;
    this.arrivesMs = NEVER;
    this.blockedUntilMs = Number.NEGATIVE_INFINITY;
    this.waiting.clear();
    this.#busyCount = 0;
    this.#idleCount = 0;
    this.#closedCount = 0;
  }

  /** Notes when the first of the line is sent or gives up; Infinity: none waits. Answers up to there must have been taken in. */
  noteWake(wakesMs: Float64Array, at: number, timeoutMs: DurationMs): void {
    wakesMs[at] = NEVER;
    if (this.waiting.length === 0) return;
    const arrivedMs = this.waiting.first;
    const deadlineMs = arrivedMs + timeoutMs;
    let sendsMs = arrivedMs;
    if (this.#idleCount + this.#closedCount === 0) {
      const freeMs = this.#busyCount > 0 ? (this.#busyUntilMs[this.#head] as TimeMs) : NEVER;
      if (freeMs > arrivedMs) sendsMs = freeMs;
    }
    if (sendsMs < this.blockedUntilMs) sendsMs = this.blockedUntilMs;
    wakesMs[at] = sendsMs < deadlineMs ? sendsMs : deadlineMs;
  }

  /** The connection is busy until it is free. */
  occupy(connection: number): void {
    const untilMs = this.#freeMs[connection] as TimeMs;
    const mask = this.#mask;
    const times = this.#busyUntilMs;
    const busy = this.#busy;
    if (this.#busyCount > 0 && untilMs < (times[this.#head] as number)) {
      this.#head = (this.#head - 1) & mask;
      this.#busyCount++;
      times[this.#head] = untilMs;
      busy[this.#head] = connection;
      return;
    }
    // What was sent later ends later, more or less: its place is near the end.
    let at = (this.#head + this.#busyCount++) & mask;
    for (let left = this.#busyCount - 1; left > 0; left--) {
      const before = (at - 1) & mask;
      const beforeMs = times[before] as number;
      if (beforeMs <= untilMs) break;
      times[at] = beforeMs;
      busy[at] = busy[before] as number;
      at = before;
    }
    times[at] = untilMs;
    busy[at] = connection;
  }

  /** The connection that becomes free next, where none is free and no other becomes so at the same time; -1 elsewhere. */
  onlyNext(): number {
    if (this.#busyCount === 0 || this.#idleCount + this.#closedCount > 0) return -1;
    const times = this.#busyUntilMs;
    const second = (this.#head + 1) & this.#mask;
    return this.#busyCount > 1 && times[second] === times[this.#head]
      ? -1
      : (this.#busy[this.#head] as number);
  }

  /** Takes out the connection that becomes free first. */
  shiftBusy(): number {
    const connection = this.#busy[this.#head] as number;
    this.#head = (this.#head + 1) & this.#mask;
    this.#busyCount--;
    return connection;
  }

  /** Takes out the connection that becomes free first, when it is free at `nowMs`; -1: none is. */
  shiftFree(nowMs: TimeMs): number {
    const isFree = this.#busyCount > 0 && (this.#busyUntilMs[this.#head] as number) <= nowMs;
    return isFree ? this.shiftBusy() : -1;
  }

  /** The connection is idle; every other idle one has been so for longer. */
  pushIdle(connection: number): void {
    this.#idle[this.#idleCount++] = connection;
  }

  pushClosed(connection: number): void {
    this.#closed[this.#closedCount++] = connection;
  }

  /** The connection that became free last, which is the one that a pool takes; -1: none is idle. */
  popIdle(): number {
    return this.#idleCount > 0 ? (this.#idle[--this.#idleCount] as number) : -1;
  }

  /** A place for a connection to open; -1: there is none. */
  popClosed(): number {
    return this.#closedCount > 0 ? (this.#closed[--this.#closedCount] as number) : -1;
  }
}
