/**
 * Runs a transition table the way an XState actor runs its machine: one event at a time to its end, steps in the same
 * order, delayed transitions on the simulation's clock. An instance is a state's number, a context and its timers.
 */
import type { EventHandle } from './event-queue.ts';
import type { Simulation } from './simulation.ts';
import type { DurationMs } from './time.ts';
import type { RestingState, StepArguments, TransitionTable, Way } from './transition-table.ts';

/** What a statechart is about, for the eyes of the compiler only. */
export interface StatechartTypes {
  readonly context: object;
  readonly event: { readonly type: string };
  readonly input: unknown;
  readonly value: unknown;
}

interface TimerChange {
  readonly timer: number;
  /** null: it is cancelled. */
  readonly delayMs: DurationMs | null;
}

export class Statechart<Types extends StatechartTypes> {
  readonly #table: TransitionTable;
  readonly #simulation: Pick<Simulation, 'after' | 'cancel'>;
  #state: RestingState;
  #context: Types['context'];
  #status: 'active' | 'done' | 'stopped' = 'active';
  #remembered: number;
  #busy = false;
  #stopping = false;
  /** Events that came while another was being handled. */
  #waiting: Types['event'][] | null = null;
  #timers: (EventHandle | null)[] | null = null;

  constructor(
    table: TransitionTable,
    simulation: Pick<Simulation, 'after' | 'cancel'>,
    input: Types['input'],
  ) {
    this.#table = table;
    this.#simulation = simulation;
    this.#state = table.states[table.initial] as RestingState;
    this.#remembered = table.remembered;
    this.#context = table.context(input);
  }

  /** `done` in a final state; `stopped` once it was told to. */
  get status(): 'active' | 'done' | 'stopped' {
    return this.#status;
  }

  /** The state after the last event that has been handled to its end. */
  get value(): Types['value'] {
    return this.#state.value;
  }

  get context(): Types['context'] {
    return this.#context;
  }

  /** Handles the event, after those before it when one is being handled. */
  send(event: Types['event']): void {
    if (this.#status !== 'active' || this.#stopping) return;
    if (this.#busy) {
      this.#waiting ??= [];
      this.#waiting.push(event);
      return;
    }
    this.#busy = true;
    this.#handle(event);
    while (this.#waiting !== null) this.#handleWaiting();
    this.#busy = false;
    if (this.#stopping) this.#end('stopped');
  }

  /** Nothing happens any more; an event that is being handled is handled to its end. */
  stop(): void {
    if (this.#status !== 'active') return;
    this.#waiting = null;
    if (this.#busy) this.#stopping = true;
    else this.#end('stopped');
  }

  #handleWaiting(): void {
    const events = this.#waiting;
    this.#waiting = null;
    for (const event of events ?? []) if (this.#status === 'active' && !this.#stopping) this.#handle(event);
  }

  #handle(event: Types['event']): void {
    const moves = this.#state.moves.get(event.type);
    if (moves === undefined) return;
    const args: StepArguments = { context: this.#context, event };
    for (const { guard, ways } of moves) {
      if (guard !== null && !guard(args)) continue;
      this.#go(ways[ways.length === 1 ? 0 : this.#remembered] as Way, args);
      return;
    }
  }

  #go({ steps, to }: Way, args: StepArguments): void {
    let changes: TimerChange[] | null = null;
    for (const step of steps) {
      if (step.do === 'act') {
        step.action(args);
      } else if (step.do === 'assign') {
        args.context = step.assign(args);
      } else {
        changes ??= [];
        const delayMs = step.do === 'startTimer' ? step.delayMs(args) : null;
        changes.push({ timer: step.timer, delayMs });
      }
    }
    this.#context = args.context;
    this.#state = this.#table.states[to] as RestingState;
    this.#remembered = this.#state.remembered ?? this.#remembered;
    // As in XState timers begin once the state has changed; their lengths were read on the way.
    if (changes !== null) for (const { timer, delayMs } of changes) this.#setTimer(timer, delayMs);
    if (this.#state.final) this.#end('done');
  }

  #setTimer(timer: number, delayMs: DurationMs | null): void {
    this.#timers ??= this.#table.timers.map(() => null);
    const running = this.#timers[timer] ?? null;
    if (running !== null) this.#simulation.cancel(running);
    this.#timers[timer] =
      delayMs === null ? null : this.#simulation.after(delayMs, () => this.#timerEnded(timer));
  }

  #timerEnded(timer: number): void {
    if (this.#timers !== null) this.#timers[timer] = null;
    this.send(this.#table.timers[timer] as Types['event']);
  }

  #end(status: 'done' | 'stopped'): void {
    this.#status = status;
    this.#waiting = null;
    for (const timer of this.#timers ?? []) if (timer !== null) this.#simulation.cancel(timer);
    this.#timers = null;
  }
}
