/**
 * The discrete-event loop: a clock that jumps from event to event, with limits so that a model that never
 * settles is found out instead of hanging.
 */
import { EventQueue, type EventHandle } from './event-queue.ts';
import type { DurationMs, TimeMs } from './time.ts';

export type Action = () => void;

/** Thrown when a run needs more events than its limit: a model that loops, never the user's input. */
export class EventLimitError extends Error {
  override readonly name = 'EventLimitError';
}

export interface SimulationOptions {
  readonly startMs?: TimeMs;
  /** Events in one run; a black-friday run takes a few ten thousand. */
  readonly eventsMax?: number;
}

export class Simulation {
  #nowMs: TimeMs;
  #events = 0;
  /** When the event that is running was scheduled, and its place among those of that instant. */
  #sinceMs: TimeMs = Number.NEGATIVE_INFINITY;
  #sequence = 0;
  #nextRank = Number.MIN_SAFE_INTEGER;
  readonly #eventsMax: number;
  readonly #queue: EventQueue<Action> = new EventQueue<Action>();

  constructor(options: SimulationOptions = {}) {
    this.#nowMs = options.startMs ?? 0;
    this.#eventsMax = options.eventsMax ?? 50_000_000;
  }

  get nowMs(): TimeMs {
    return this.#nowMs;
  }

  /** Events executed so far. */
  get events(): number {
    return this.#events;
  }

  get nextTimeMs(): TimeMs {
    return this.#queue.nextTimeMs;
  }

  /** Runs `action` after `delayMs` (negative counts as 0), after everything already due at that instant. */
  after(delayMs: DurationMs, action: Action): EventHandle {
    return this.#queue.push(this.#nowMs + Math.max(0, delayMs), action, this.#nowMs);
  }

  /** Runs `action` at `timeMs`; a time that has passed means now. */
  at(timeMs: TimeMs, action: Action): EventHandle {
    return this.#queue.push(Math.max(this.#nowMs, timeMs), action, this.#nowMs);
  }

  /** A place for `atRank`, after all those that were given before. */
  newRank(): number {
    return this.#nextRank++;
  }

  /** The place that an event has which would be scheduled now without a rank, for `isPast`. */
  newSequence(): number {
    return this.#queue.newSequence();
  }

  /**
   * Runs `action` at `timeMs`, not earlier than now, in the place that it has there when it was scheduled at `sinceMs`,
   * which may be long ago. Of what was scheduled at one instant, ranks go first, in their order.
   */
  atRank(timeMs: TimeMs, sinceMs: TimeMs, rank: number, action: Action): EventHandle {
    return this.#queue.push(timeMs, action, sinceMs, rank);
  }

  /** Whether what `atRank` takes would have run by now, before the event that is running; `rank` may be a `newSequence`. */
  isPast(timeMs: TimeMs, sinceMs: TimeMs, rank: number): boolean {
    if (timeMs !== this.#nowMs) return timeMs < this.#nowMs;
    return sinceMs < this.#sinceMs || (sinceMs === this.#sinceMs && rank < this.#sequence);
  }

  cancel(handle: EventHandle): boolean {
    return this.#queue.cancel(handle);
  }

  /** Executes every event up to and including `untilMs`, then sets the clock to it. */
  runUntil(untilMs: TimeMs): void {
    while (this.#queue.nextTimeMs <= untilMs) this.step();
    if (untilMs > this.#nowMs && Number.isFinite(untilMs)) this.#nowMs = untilMs;
    this.#sinceMs = Number.POSITIVE_INFINITY;
  }

  /** Executes the earliest event; false when there is none. */
  step(): boolean {
    const queue = this.#queue;
    if (queue.size === 0) return false;
    this.#nowMs = queue.nextTimeMs;
    this.#sinceMs = queue.nextSinceMs;
    this.#sequence = queue.nextSequence;
    if (++this.#events > this.#eventsMax) {
      throw new EventLimitError(`more than ${this.#eventsMax} events by t=${this.#nowMs} ms`);
    }
    const action = queue.pop() as Action;
    action();
    return true;
  }

  /** This simulation's time as the clock of XState actors: `createActor(machine, { clock: simulation.clock })`. */
  readonly clock: {
    setTimeout(fn: () => void, delayMs: number): EventHandle;
    clearTimeout(id: EventHandle): void;
  } = {
    setTimeout: (fn, delayMs) => this.after(delayMs, fn),
    clearTimeout: (id) => {
      this.cancel(id);
    },
  };
}
