/**
 * The ticker of one probe worker. It can sleep: no event waits for it then, yet it keeps its phase, and once it is awake it
 * ticks at the very times, and in the very place among what else happens then, as if it had ticked all along.
 */
import type { EventHandle } from '../../../kernel/event-queue.ts';
import type { Simulation } from '../../../kernel/simulation.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';

export class ProbeTicker {
  readonly periodMs: DurationMs;
  readonly #simulation: Simulation;
  readonly #tick: () => void;
  #state: 'stopped' | 'awake' | 'asleep' = 'stopped';
  #timer: EventHandle | null = null;
  #nextMs: TimeMs = Number.NaN;
  #sinceMs: TimeMs = Number.NaN;
  #rank = 0;

  /** @param tick called at each tick while awake, when the next one is already due */
  constructor(simulation: Simulation, periodMs: DurationMs, tick: () => void) {
    this.#simulation = simulation;
    this.periodMs = periodMs;
    this.#tick = tick;
  }

  get stopped(): boolean {
    return this.#state === 'stopped';
  }

  get asleep(): boolean {
    return this.#state === 'asleep';
  }

  /** Since when it has waited for the next tick: the tick before, or the restart. */
  get sinceMs(): TimeMs {
    this.#catchUp();
    return this.#sinceMs;
  }

  /** Ticks after `delayMs` and then every period, whatever it did before. */
  restart(delayMs: DurationMs): void {
    this.#cancel();
    this.#rank = this.#simulation.newRank();
    this.#sinceMs = this.#simulation.nowMs;
    this.#nextMs = this.#sinceMs + delayMs;
    this.#arm();
  }

  sleep(): void {
    this.#cancel();
    this.#state = 'asleep';
  }

  wake(): void {
    this.#catchUp();
    this.#arm();
  }

  stop(): void {
    this.#cancel();
    this.#state = 'stopped';
  }

  #arm(): void {
    this.#state = 'awake';
    this.#timer = this.#simulation.atRank(this.#nextMs, this.#sinceMs, this.#rank, this.#due);
  }

  readonly #due = (): void => {
    this.#pass();
    this.#arm();
    this.#tick();
  };

  #catchUp(): void {
    if (this.#state !== 'asleep') return;
    while (this.#simulation.isPast(this.#nextMs, this.#sinceMs, this.#rank)) this.#pass();
  }

  /** One addition per tick, asleep too: a product would differ in its last bits. */
  #pass(): void {
    this.#sinceMs = this.#nextMs;
    this.#nextMs += this.periodMs;
  }

  #cancel(): void {
    if (this.#timer !== null) this.#simulation.cancel(this.#timer);
    this.#timer = null;
  }
}
