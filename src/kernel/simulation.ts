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
  #sinceMs: TimeMs = Number.NaN;
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

  /** When the event that is running was scheduled; NaN before the first. What was scheduled for now earlier has run. */
  get scheduledMs(): TimeMs {
    return this.#sinceMs;
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

  cancel(handle: EventHandle): boolean {
    return this.#queue.cancel(handle);
  }

  /** Executes every event up to and including `untilMs`, then sets the clock to it. */
  runUntil(untilMs: TimeMs): void {
    while (this.#queue.nextTimeMs <= untilMs) this.step();
    if (untilMs > this.#nowMs && Number.isFinite(untilMs)) this.#nowMs = untilMs;
  }

  /** Executes the earliest event; false when there is none. */
  step(): boolean {
    const timeMs = this.#queue.nextTimeMs;
    const sinceMs = this.#queue.nextSinceMs;
    const action = this.#queue.pop();
    if (action === undefined) return false;
    if (++this.#events > this.#eventsMax) {
      throw new EventLimitError(`more than ${this.#eventsMax} events by t=${timeMs} ms`);
    }
    this.#nowMs = timeMs;
    this.#sinceMs = sinceMs;
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
