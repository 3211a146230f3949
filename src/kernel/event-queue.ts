/**
 * The kernel's agenda: a binary heap over typed arrays, ordered by (time, when scheduled, sequence), so that events of
 * one instant run in the order in which they were scheduled. Every entry can be cancelled by its handle.
 */
import type { TimeMs } from './time.ts';

/** Names one scheduled entry; stays safe to cancel after the entry has run (slot and generation in one number). */
export type EventHandle = number & { readonly __brand: 'EventHandle' };

const GENERATIONS = 2 ** 21;

export class EventQueue<T> {
  /** The slots in heap order: what is moved about is one small integer, what is compared stays where it is. */
  #heap: Int32Array;
  // By slot:
  #times: Float64Array;
  /** Since when the entry has been waiting. */
  #sinceMs: Float64Array;
  #sequences: Float64Array;
  /** Its position in the heap, -1 when the slot is free. */
  #positions: Int32Array;
  #generations: Int32Array;
  #payloads: (T | undefined)[] = [];
  #freeSlots: number[] = [];
  #size = 0;
  #nextSequence = 0;
  readonly #capacityMax: number;

  /** @param capacityMax entries at once; one more is a programming error and throws a RangeError */
  constructor(capacityMax = 1_000_000) {
    const capacity = Math.min(256, capacityMax);
    this.#capacityMax = capacityMax;
    this.#heap = new Int32Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#sinceMs = new Float64Array(capacity);
    this.#sequences = new Float64Array(capacity);
    this.#positions = new Int32Array(capacity).fill(-1);
    this.#generations = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the earliest entry, Infinity when there is none. */
  get nextTimeMs(): TimeMs {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[this.#heap[0] as number] as number);
  }

  /** When the earliest entry was scheduled; NaN when there is none. */
  get nextSinceMs(): TimeMs {
    return this.#size === 0 ? Number.NaN : (this.#sinceMs[this.#heap[0] as number] as number);
  }

  /** The place of the earliest entry among those that were scheduled when it was; NaN when there is none. */
  get nextSequence(): number {
    return this.#size === 0 ? Number.NaN : (this.#sequences[this.#heap[0] as number] as number);
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
    if (this.#size === this.#heap.length) this.#grow();
    const slot = this.#freeSlots.pop() ?? this.#payloads.length;
    if (slot === this.#payloads.length) this.#payloads.push(payload);
    else this.#payloads[slot] = payload;
    this.#times[slot] = timeMs;
    this.#sinceMs[slot] = sinceMs;
    this.#sequences[slot] = rank;
    this.#siftUp(this.#size++, slot);
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
    const slot = this.#heap[position] as number;
    const payload = this.#payloads[slot] as T;
    this.#payloads[slot] = undefined;
    this.#positions[slot] = -1;
    this.#generations[slot] = ((this.#generations[slot] as number) + 1) % GENERATIONS;
    this.#freeSlots.push(slot);
    const last = --this.#size;
    // The last one nearly always belongs at the bottom again: it is compared on the way up only.
    if (position !== last) this.#siftUp(this.#leafBelow(position), this.#heap[last] as number);
    return payload;
  }

  /** Lets the earlier child of each gap move up, from `position` down to where none is left. */
  #leafBelow(position: number): number {
    const heap = this.#heap;
    const positions = this.#positions;
    const size = this.#size;
    let gap = position;
    for (let child = 2 * gap + 1; child < size; child = 2 * gap + 1) {
      if (child + 1 < size && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      const slot = heap[child] as number;
      heap[gap] = slot;
      positions[slot] = gap;
      gap = child;
    }
    return gap;
  }

  #siftUp(from: number, slot: number): void {
    const heap = this.#heap;
    const positions = this.#positions;
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const other = heap[parent] as number;
      if (!this.#before(slot, other)) break;
      heap[position] = other;
      positions[other] = position;
      position = parent;
    }
    heap[position] = slot;
    positions[slot] = position;
  }

  #before(slot: number, other: number): boolean {
    const timeMs = this.#times[slot] as number;
    const otherMs = this.#times[other] as number;
    if (timeMs !== otherMs) return timeMs < otherMs;
    const sinceMs = this.#sinceMs[slot] as number;
    const otherSinceMs = this.#sinceMs[other] as number;
    if (sinceMs !== otherSinceMs) return sinceMs < otherSinceMs;
    return (this.#sequences[slot] as number) < (this.#sequences[other] as number);
  }

  #grow(): void {
    if (this.#size >= this.#capacityMax) {
      throw new RangeError(`more than ${this.#capacityMax} events are waiting at once`);
    }
    const capacity = Math.min(this.#capacityMax, this.#heap.length * 2);
    this.#heap = wider(this.#heap, new Int32Array(capacity));
    this.#times = wider(this.#times, new Float64Array(capacity));
    this.#sinceMs = wider(this.#sinceMs, new Float64Array(capacity));
    this.#sequences = wider(this.#sequences, new Float64Array(capacity));
    this.#positions = wider(this.#positions, new Int32Array(capacity).fill(-1));
    this.#generations = wider(this.#generations, new Int32Array(capacity));
  }
}

function wider<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
