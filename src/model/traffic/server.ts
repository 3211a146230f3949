/**
 * One pod's server: FCFS with a fixed number of workers and a bounded queue (R-APP-9), a CPU limit as a second
 * station, and cold start (R-APP-11). A request's start and end follow at its arrival from the times at which the
 * workers become free, so that serving costs no event; what a client gave up is worked off all the same.
 */
import { compileDistribution } from '../../kernel/distribution.ts';
import type { RandomStream, RandomStreams } from '../../kernel/random.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { NodeIndex, ServerSpec, ServerState } from '../data-plane.ts';
import { Draws } from './draws.ts';
import { Workers } from './workers.ts';

/** After this many of its time constants a cold start has less than 1 % of its factor left. */
const COLD_STARTS = 5;

/** Instead of an end: workers and queue are full. Every number is a time, those before time 0 too. */
export const FULL: TimeMs = Number.NEGATIVE_INFINITY;

/** Most servers never let a request wait, and need no place for one. */
const NO_ROOM = new Float64Array(0);

export class Server {
  readonly node: NodeIndex;
  readonly overflow: ServerSpec['overflow'];
  /** Infinity: never closes an idle connection. */
  readonly keepAliveMs: DurationMs;
  state: ServerState = 'refusing';
  /** When the next request comes: in a field, since numbers that calls pass on are allocated. */
  comesMs: TimeMs = 0;
  /** When a worker took, or will take, the request accepted last; and when its answer leaves. */
  startMs: TimeMs = 0;
  endMs: TimeMs = 0;

  /** Lets everybody else's requests that come before `nowMs` be accepted first; null: there are none. */
  catchUp: ((nowMs: TimeMs) => void) | null = null;

  /** How it was described: equal code has an equal description. */
  readonly spec: ServerSpec;

  readonly #streams: RandomStreams;
  readonly #key: string;
  #backgroundWaits: Float64Array | null = null;
  #backgroundRandom: RandomStream | null = null;
  readonly #serviceTime: Draws;
  readonly #errorRandom: RandomStream;
  readonly #errorRate: number;
  readonly #backlog: number;
  readonly #coldStart: ServerSpec['coldStart'];
  readonly #cpuMs: DurationMs;
  readonly #workers: Workers;
  #cpuFreeMs: TimeMs = Number.NEGATIVE_INFINITY;
  #openedMs: TimeMs = 0;
  #lastEndMs: TimeMs = Number.NEGATIVE_INFINITY;
  /** Ring of the requests that had to wait: starts rise in order of arrival, so those that started are in front. */
  #queuedStartMs: Float64Array = NO_ROOM;
  #queuedEndMs: Float64Array = NO_ROOM;
  #queueHead = 0;
  #queueLength = 0;

  constructor(spec: ServerSpec, node: NodeIndex, streams: RandomStreams, key: string) {
    this.node = node;
    this.spec = spec;
    this.#streams = streams;
    this.#key = key;
    this.overflow = spec.overflow;
    this.keepAliveMs = spec.keepAliveTimeoutMs > 0 ? spec.keepAliveTimeoutMs : Number.POSITIVE_INFINITY;
    this.#serviceTime = new Draws(compileDistribution(spec.serviceTime), streams.stream('service-time', key));
    this.#errorRandom = streams.stream('application-error', key);
    this.#errorRate = spec.errorRate;
    this.#coldStart = spec.coldStart;
    this.#cpuMs =
      spec.cpuLimitMilli === null || spec.cpuLimitMilli === 0
        ? 0
        : (spec.cpuPerRequestMs * 1000) / spec.cpuLimitMilli;
    this.#workers = new Workers(spec.concurrency);
    this.#backlog = spec.backlog;
  }

  get listening(): boolean {
    return this.state === 'serving' || this.state === 'closing';
  }

  /** Cold start counts from here (R-APP-11). */
  open(nowMs: TimeMs): void {
    this.#openedMs = nowMs;
  }

  /** Everything that the process held is gone with it. */
  clear(): void {
    this.#workers.clear();
    this.#queueLength = 0;
    this.#cpuFreeMs = Number.NEGATIVE_INFINITY;
    this.#lastEndMs = Number.NEGATIVE_INFINITY;
  }

  /** Until when its cold start makes a difference worth following; -Infinity: it has none, or it is long over. */
  get coldUntilMs(): TimeMs {
    return this.#coldStart === null
      ? Number.NEGATIVE_INFINITY
      : this.#openedMs + COLD_STARTS * this.#coldStart.tauMs;
  }

  /** When the last request accepted so far ends, those included that their clients gave up; -Infinity: none. */
  get lastEndMs(): TimeMs {
    return this.#lastEndMs;
  }

  /** Whether this answer is an error of the application's own. */
  drawsError(): boolean {
    return this.#errorRate > 0 && this.#errorRandom.unit() < this.#errorRate;
  }

  /**
   * The waits for CPU that requests which nobody follows cause, in units of the CPU time of one; null: none.
   * @param waits equally likely ones
   */
  setBackground(waits: Float64Array | null): void {
    this.#backgroundWaits = waits;
  }

  #backgroundWaitMs(): DurationMs {
    const waits = this.#backgroundWaits;
    if (waits === null) return 0;
    this.#backgroundRandom ??= this.#streams.stream('background-wait', this.#key);
    return this.#cpuMs * (waits[this.#backgroundRandom.below(waits.length)] as number);
  }

  /** A request that a worker took at `startMs`, before now, when none had to wait for one; returns when its answer leaves. */
  acceptEarlier(startMs: TimeMs): TimeMs {
    const endMs = startMs + this.#backgroundWaitMs() + Math.max(this.#serviceMs(startMs), this.#cpuMs);
    this.startMs = startMs;
    // Makes room among the times of workers that have long been free.
    this.#workers.nextFreeMs(startMs);
    this.#workers.occupy(endMs);
    if (endMs > this.#lastEndMs) this.#lastEndMs = endMs;
    return endMs;
  }

  /** Takes a request in and returns when its answer leaves; `FULL` when workers and queue are. */
  accept(nowMs: TimeMs): TimeMs {
    this.comesMs = nowMs;
    return this.admit() ? this.endMs : FULL;
  }

  /** Takes in the request that comes at `comesMs`; sets `startMs` and `endMs`; false when workers and queue are full. */
  admit(): boolean {
    const nowMs = this.comesMs;
    const startMs = this.#workers.nextFreeMs(nowMs);
    if (startMs > nowMs && this.#waiting(nowMs) >= this.#backlog) return false;
    const serviceMs = this.#serviceMs(startMs);
    let endMs = startMs + serviceMs;
    if (this.#cpuMs > 0) {
      // The worker is held while the request waits for CPU; its service time includes its own use of it.
      let runsMs = this.#cpuFreeMs > startMs ? this.#cpuFreeMs : startMs;
      this.#cpuFreeMs = runsMs + this.#cpuMs;
      if (this.#backgroundWaits !== null) runsMs = Math.max(runsMs, startMs + this.#backgroundWaitMs());
      endMs = runsMs + (serviceMs > this.#cpuMs ? serviceMs : this.#cpuMs);
    }
    this.startMs = startMs;
    this.endMs = endMs;
    this.#workers.occupy(endMs);
    if (endMs > this.#lastEndMs) this.#lastEndMs = endMs;
    if (startMs > nowMs) this.#enqueue();
    return true;
  }

  #serviceMs(startMs: TimeMs): DurationMs {
    return this.#serviceTime.next() * this.#slowdown(startMs);
  }

  #slowdown(startMs: TimeMs): number {
    const coldStart = this.#coldStart;
    if (coldStart === null) return 1;
    return 1 + coldStart.factor * Math.exp((this.#openedMs - startMs) / coldStart.tauMs);
  }

  /** Requests that no worker has taken yet. */
  #waiting(nowMs: TimeMs): number {
    const startsMs = this.#queuedStartMs;
    let head = this.#queueHead;
    let length = this.#queueLength;
    while (length > 0 && (startsMs[head] as number) <= nowMs) {
      if (++head === startsMs.length) head = 0;
      length--;
    }
    this.#queueHead = head;
    this.#queueLength = length;
    return length;
  }

  /** The request accepted last waits for a worker. */
  #enqueue(): void {
    if (this.#queuedStartMs === NO_ROOM) {
      this.#queuedStartMs = new Float64Array(Math.max(1, this.#backlog));
      this.#queuedEndMs = new Float64Array(Math.max(1, this.#backlog));
    }
    const capacity = this.#queuedStartMs.length;
    let at = this.#queueHead + this.#queueLength++;
    if (at >= capacity) at -= capacity;
    this.#queuedStartMs[at] = this.startMs;
    this.#queuedEndMs[at] = this.endMs;
  }

  /**
   * The queue was reset (R-SRV-3): what counts for the drain is now the end of requests that a worker had taken.
   * @param keptEndMs end of the last waiting request that was not reset, -Infinity when none
   */
  forgetQueue(nowMs: TimeMs, keptEndMs: TimeMs): void {
    const ends = this.#workers.freeTimesMs();
    // A worker whose last request still waits is free, for requests that were taken, when that one would start.
    for (let i = this.#waiting(nowMs) - 1; i >= 0; i--) {
      const at = (this.#queueHead + i) % this.#queuedStartMs.length;
      const worker = ends.indexOf(this.#queuedEndMs[at] as number);
      if (worker >= 0) ends[worker] = this.#queuedStartMs[at] as number;
    }
    this.#queueLength = 0;
    this.#lastEndMs = ends.reduce((latest, endMs) => Math.max(latest, endMs), keptEndMs);
  }
}
