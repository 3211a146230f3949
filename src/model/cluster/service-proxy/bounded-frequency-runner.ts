/**
 * Runs a node's proxy sync when something changed, but never sooner than a minimum after the last run completed
 * (R-KP-2). Changes meanwhile coalesce. Runs that the period alone causes are passed over lazily, so that an idle
 * proxy schedules nothing.
 */
import type { Simulation } from '../../../kernel/simulation.ts';
import type { DurationMs, TimeMs } from '../../../kernel/time.ts';

export interface RunnerOptions {
  /** Between the completion of one run and the start of the next. */
  readonly minIntervalMs: DurationMs;
  /** After this much time without a run there is one without cause. */
  readonly maxIntervalMs: DurationMs;
  readonly lastCompletedMs: TimeMs;
  /** How long the next run takes. */
  readonly costMs: () => DurationMs;
}

/** Starts a run: looks at the world now and returns what takes effect when the run completes. */
export type BeginRun = () => () => void;

export class BoundedFrequencyRunner {
  readonly #simulation: Simulation;
  readonly #options: RunnerOptions;
  readonly #begin: BeginRun;
  #lastCompletedMs: TimeMs;
  /** When the next run begins; null: nobody has asked for one, or the one before is not over. */
  #nextMs: TimeMs | null = null;
  #requested = false;
  #running = false;

  constructor(simulation: Simulation, options: RunnerOptions, begin: BeginRun) {
    this.#simulation = simulation;
    this.#options = options;
    this.#begin = begin;
    this.#lastCompletedMs = options.lastCompletedMs;
  }

  /** Something changed: a run that has not started yet will see it. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    if (!this.#running) this.#schedule();
  }

  /** Whether a run that will begin after `timeMs` is certain, so that a request at `timeMs` would change nothing. */
  runsAfter(timeMs: TimeMs): boolean {
    return this.#nextMs !== null && timeMs < this.#nextMs;
  }

  #schedule(): void {
    this.#passPeriodicRuns();
    const startMs = this.#lastCompletedMs + this.#options.minIntervalMs;
    this.#nextMs = Math.max(this.#simulation.nowMs, startMs);
    this.#simulation.at(startMs, () => {
      this.#run();
    });
  }

  #run(): void {
    this.#nextMs = null;
    this.#requested = false;
    this.#running = true;
    const takeEffect = this.#begin();
    this.#simulation.after(this.#options.costMs(), () => {
      takeEffect();
      this.#running = false;
      this.#lastCompletedMs = this.#simulation.nowMs;
      if (this.#requested) this.#schedule();
    });
  }

  /** Nothing changed during these runs, so that only the time of the last one matters; it may still be going on. */
  #passPeriodicRuns(): void {
    const periodMs = Math.max(this.#options.minIntervalMs, this.#options.maxIntervalMs);
    while (this.#lastCompletedMs + periodMs < this.#simulation.nowMs) {
      this.#lastCompletedMs += periodMs + this.#options.costMs();
    }
  }
}
