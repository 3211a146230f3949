/**
 * The kernel's agenda: a binary heap over typed arrays, ordered by (time, when scheduled, sequence), so that events of
 * one instant run in the order in which they were scheduled. Every entry can be cancelled by its handle.
 */
import type { TimeMs } from './time.ts';

/** Names one scheduled entry; stays safe to cancel after the entry has run (slot and generation in one number). */
export type EventHandle = number & { readonly __brand: 'EventHandle' };

const GENERATIONS = 2 ** 21;

export class EventQueue<T> {
  #times: Float64Array;
  #sequences: Float64Array;
  #slots: Int32Array;
  /** Position in the heap of each slot, -1 when the slot is free. */
  #positions: Int32Array;
  #generations: Int32Array;
  /** Since when the entry of each slot has been waiting. */
  #sinceMs: Float64Array;
  #payloads: (T | undefined)[] = [];
  #freeSlots: number[] = [];
  #size = 0;
  #nextSequence = 0;
  readonly #capacityMax: number;

  /** @param capacityMax entries at once; one more is a programming error and throws a RangeError */
  constructor(capacityMax = 1_000_000) {
    const capacity = Math.min(256, capacityMax);
    this.#capacityMax = capacityMax;
    this.#times = new Float64Array(capacity);
    this.#sequences = new Float64Array(capacity);
    this.#slots = new Int32Array(capacity);
    this.#positions = new Int32Array(capacity).fill(-1);
    this.#generations = new Int32Array(capacity);
    this.#sinceMs = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the earliest entry, Infinity when there is none. */
  get nextTimeMs(): TimeMs {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** When the earliest entry was scheduled; NaN when there is none. */
  get nextSinceMs(): TimeMs {
    return this.#size === 0 ? Number.NaN : (this.#sinceMs[this.#slots[0] as number] as number);
  }

  /** The place of the earliest entry among those that were scheduled when it was; NaN when there is none. */
  get nextSequence(): number {
    return this.#size === 0 ? Number.NaN : (this.#sequences[0] as number);
  }

  /** Takes the place that the next push would have got. */
  newSequence(): number {
    return this.#nextSequence++;
  }

  /**
   * @param sinceMs when it was scheduled
   * @param rank a negative one goes before whatever is scheduled at the same instant without one. Default: the order of pushes
   */
  push(timeMs: TimeMs, payload: T, sinceMs: TimeMs = 0, rank: number = this.#nextSequence++): EventHandle {
    if (Number.isNaN(timeMs)) throw new RangeError('an event needs a time');
    if (this.#size === this.#times.length) this.#grow();
    const slot = this.#freeSlots.pop() ?? this.#payloads.length;
    if (slot === this.#payloads.length) this.#payloads.push(payload);
    else this.#payloads[slot] = payload;
    this.#sinceMs[slot] = sinceMs;
    this.#siftUp(this.#size++, timeMs, rank, slot);
    return (slot * GENERATIONS + (this.#generations[slot] as number)) as EventHandle;
  }

  /** Removes and returns the earliest payload; undefined when empty. */
  pop(): T | undefined {
    return this.#size === 0 ? undefined : this.#removeAt(0);
  }

  /** True when the entry was still waiting. Cancelling twice, or after it ran, does nothing. */
  cancel(handle: EventHandle): boolean {
    const slot = Math.floor(handle / GENERATIONS);
    const position = this.#positions[slot];
    if (position === undefined || position < 0) return false;
    if (this.#generations[slot] !== handle % GENERATIONS) return false;
    this.#removeAt(position);
    return true;
  }

  #removeAt(position: number): T {
    const slot = this.#slots[position] as number;
    const payload = this.#payloads[slot] as T;
    this.#payloads[slot] = undefined;
    this.#positions[slot] = -1;
    this.#generations[slot] = ((this.#generations[slot] as number) + 1) % GENERATIONS;
    this.#freeSlots.push(slot);
    const last = --this.#size;
    if (position === last) return payload;
    const timeMs = this.#times[last] as number;
    const sequence = this.#sequences[last] as number;
    const movedSlot = this.#slots[last] as number;
    if (position > 0 && this.#before(timeMs, sequence, movedSlot, (position - 1) >> 1)) {
      this.#siftUp(position, timeMs, sequence, movedSlot);
    } else {
      this.#siftDown(position, timeMs, sequence, movedSlot);
    }
    return payload;
  }

  #before(timeMs: number, sequence: number, slot: number, position: number): boolean {
    const other = this.#times[position] as number;
    if (timeMs !== other) return timeMs < other;
    const sinceMs = this.#sinceMs[slot] as number;
    const otherSinceMs = this.#sinceMs[this.#slots[position] as number] as number;
    if (sinceMs !== otherSinceMs) return sinceMs < otherSinceMs;
    return sequence < (this.#sequences[position] as number);
  }

  #siftUp(start: number, timeMs: number, sequence: number, slot: number): void {
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#before(timeMs, sequence, slot, parent)) break;
      this.#move(parent, position);
      position = parent;
    }
    this.#place(position, timeMs, sequence, slot);
  }

  #siftDown(start: number, timeMs: number, sequence: number, slot: number): void {
    let position = start;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (
        right < this.#size &&
        this.#before(
          this.#times[right] as number,
          this.#sequences[right] as number,
          this.#slots[right] as number,
          child,
        )
      ) {
        child = right;
      }
      if (this.#before(timeMs, sequence, slot, child)) break;
      this.#move(child, position);
      position = child;
    }
    this.#place(position, timeMs, sequence, slot);
  }

  #move(from: number, to: number): void {
    this.#place(
      to,
      this.#times[from] as number,
      this.#sequences[from] as number,
      this.#slots[from] as number,
    );
  }

  #place(position: number, timeMs: number, sequence: number, slot: number): void {
    this.#times[position] = timeMs;
    this.#sequences[position] = sequence;
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  #grow(): void {
    if (this.#size >= this.#capacityMax) {
      throw new RangeError(`more than ${this.#capacityMax} events are waiting at once`);
    }
    const capacity = Math.min(this.#capacityMax, this.#times.length * 2);
    this.#times = wider(this.#times, new Float64Array(capacity));
    this.#sequences = wider(this.#sequences, new Float64Array(capacity));
    this.#slots = wider(this.#slots, new Int32Array(capacity));
    this.#positions = wider(this.#positions, new Int32Array(capacity).fill(-1));
    this.#generations = wider(this.#generations, new Int32Array(capacity));
    this.#sinceMs = wider(this.#sinceMs, new Float64Array(capacity));
  }
}

function wider<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
