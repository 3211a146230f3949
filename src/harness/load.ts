/** What a load generator is asked for and what it gives back, whichever it is: the built-in one or k6. */
import type { TimeMs } from '../kernel/time.ts';
import type { Outcome } from '../record.ts';
import type { Traffic } from '../scenario/scenario.ts';

export interface LoadPlan {
  /** The scenario's, with its rate scaled to the machine. */
  readonly traffic: Traffic;
  /** Client i enters through the one at i modulo their number. */
  readonly entrances: readonly Entrance[];
  readonly seed: number;
  /** Time 0 of the scenario on this machine's clock, in milliseconds since the epoch. */
  readonly zeroEpochMs: number;
  /** When the load begins and ends at the latest, relative to time 0. */
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
}

export interface Entrance {
  readonly node: string;
  readonly host: string;
  readonly port: number;
  /** Source addresses to bind, one for each client in turn; empty: the system's choice. */
  readonly sources: readonly string[];
}

/** One request as the caller saw it. Times are relative to time 0, on the generator's clock. */
export interface MeasuredRequest {
  /** When it was due, which is when it is offered, late generator or not. */
  readonly arrivedMs: TimeMs;
  /** When its last attempt was handed to a connection. */
  readonly sentMs: TimeMs;
  readonly endedMs: TimeMs;
  readonly outcome: Outcome;
  readonly connection: 'new' | 'reused';
  readonly client: number;
  /** The node through which it entered. */
  readonly node: string;
  /** The pod that answered; null when none did. */
  readonly pod: string | null;
  readonly attempts: number;
}

export interface LoadSource {
  readonly name: 'built-in' | 'k6';
  /**
   * Resolves once it waits for the plan's start.
   * @param signal ends the start; a run that has started is ended by `abort`
   * @throws EnvironmentError when what it needs is missing, or does not start in time; the signal's reason
   */
  start(plan: LoadPlan, signal?: AbortSignal): Promise<LoadRun>;
}

export interface LoadRun {
  /** Stops offering; requests under way still end. */
  stop(): void;
  /** Ends at once, leaving nothing running. */
  abort(): Promise<void>;
  /** Rejects when the generator died. Requests are given in order of their ends. */
  readonly finished: Promise<LoadResult>;
  /** What it has told until now, all that there is of one that died. */
  soFar(): LoadResult;
}

export interface LoadResult {
  readonly requests: Iterable<MeasuredRequest>;
  readonly offered: number;
  /** Offered but not ended when the generator stopped. */
  readonly inFlight: number;
  /** How late the generator handed requests on, for each second of the load: the 99th percentile in milliseconds. */
  readonly lagP99Ms: readonly number[];
  readonly cpuMs: number;
}
