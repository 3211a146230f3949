/**
 * The clock by which everything on one node runs. It can stand still, as a suspended machine's does: what comes due
 * meanwhile happens when it goes on. When the node loses power, nothing that was under way happens any more (R-NOD-2).
 */
import type { EventHandle } from '../../kernel/event-queue.ts';
import { Simulation, type Action } from '../../kernel/simulation.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';

export class NodeClock extends Simulation {
  readonly #simulation: Simulation;
  #state: 'running' | 'standing' | 'lost' = 'running';
  /** What has come due while it stands still, in order. */
  readonly #due = new Map<EventHandle, Action>();

  constructor(simulation: Simulation) {
    super({ eventsMax: 0 });
    this.#simulation = simulation;
  }

  override get nowMs(): TimeMs {
    return this.#simulation.nowMs;
  }

  override after(delayMs: DurationMs, action: Action): EventHandle {
    const handle: EventHandle = this.#simulation.after(delayMs, () => {
      this.#comesDue(handle, action);
    });
    return handle;
  }

  override at(timeMs: TimeMs, action: Action): EventHandle {
    const handle: EventHandle = this.#simulation.at(timeMs, () => {
      this.#comesDue(handle, action);
    });
    return handle;
  }

  override newSequence(): number {
    return this.#simulation.newSequence();
  }

  override newRank(): number {
    return this.#simulation.newRank();
  }

  override atRank(timeMs: TimeMs, sinceMs: TimeMs, rank: number, action: Action): EventHandle {
    const handle: EventHandle = this.#simulation.atRank(timeMs, sinceMs, rank, () => {
      this.#comesDue(handle, action);
    });
    return handle;
  }

  override isPast(timeMs: TimeMs, sinceMs: TimeMs, rank: number): boolean {
    return this.#simulation.isPast(timeMs, sinceMs, rank);
  }

  override cancel(handle: EventHandle): boolean {
    return this.#due.delete(handle) || this.#simulation.cancel(handle);
  }

  standStill(): void {
    if (this.#state === 'running') this.#state = 'standing';
  }

  goOn(): void {
    if (this.#state !== 'standing') return;
    this.#state = 'running';
    for (const [handle, action] of this.#due) {
      // What runs now may cancel what comes after it.
      if (this.#due.delete(handle)) action();
    }
  }

  lose(): void {
    this.#state = 'lost';
    this.#due.clear();
  }

  #comesDue(handle: EventHandle, action: Action): void {
    if (this.#state === 'running') action();
    else if (this.#state === 'standing') this.#due.set(handle, action);
  }
}
