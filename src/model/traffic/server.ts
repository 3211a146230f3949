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

export class Server {
  readonly node: NodeIndex;
  readonly overflow: ServerSpec['overflow'];
  /** Infinity: never closes an idle connection. */
  readonly keepAliveMs: DurationMs;
  state: ServerState = 'refusing';
  /** When a worker took, or will take, the request accepted last. */
  startMs: TimeMs = 0;

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
  readonly #queuedStartMs: Float64Array;
  readonly #queuedEndMs: Float64Array;
  #queueHead = 0;
  #queueLength = 0;

  constructor(spec: ServerSpec, node: NodeIndex, streams: RandomStreams, key: string) {
    this.node = node;
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
    this.#queuedStartMs = new Float64Array(Math.max(1, spec.backlog));
    this.#queuedEndMs = new Float64Array(Math.max(1, spec.backlog));
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

  /** When the last request accepted so far ends, those included that their clients gave up; -Infinity: none. */
  get lastEndMs(): TimeMs {
    return this.#lastEndMs;
  }

  /** Whether this answer is an error of the application's own. */
  drawsError(): boolean {
    return this.#errorRate > 0 && this.#errorRandom.unit() < this.#errorRate;
  }

  /** Takes a request in and returns when its answer leaves; -1 when workers and queue are full. */
  accept(nowMs: TimeMs): TimeMs {
    const startMs = this.#workers.nextFreeMs(nowMs);
    if (startMs > nowMs && this.#waiting(nowMs) >= this.#backlog) return -1;
    this.startMs = startMs;
    const endMs = this.#workUntil(startMs);
    this.#workers.occupy(endMs);
    if (endMs > this.#lastEndMs) this.#lastEndMs = endMs;
    if (startMs > nowMs) this.#enqueue(startMs, endMs);
    return endMs;
  }

  /** The worker is held while the request waits for CPU; its service time includes its own use of it. */
  #workUntil(startMs: TimeMs): TimeMs {
    let serviceMs = this.#serviceTime.next();
    const coldStart = this.#coldStart;
    if (coldStart !== null) {
      serviceMs *= 1 + coldStart.factor * Math.exp((this.#openedMs - startMs) / coldStart.tauMs);
    }
    if (this.#cpuMs === 0) return startMs + serviceMs;
    const runsMs = this.#cpuFreeMs > startMs ? this.#cpuFreeMs : startMs;
    this.#cpuFreeMs = runsMs + this.#cpuMs;
    return runsMs + (serviceMs > this.#cpuMs ? serviceMs : this.#cpuMs);
  }

  /** Requests that no worker has taken yet. */
  #waiting(nowMs: TimeMs): number {
    const capacity = this.#queuedStartMs.length;
    while (this.#queueLength > 0 && (this.#queuedStartMs[this.#queueHead] as number) <= nowMs) {
      this.#queueHead = (this.#queueHead + 1) % capacity;
      this.#queueLength--;
    }
    return this.#queueLength;
  }

  #enqueue(startMs: TimeMs, endMs: TimeMs): void {
    const at = (this.#queueHead + this.#queueLength++) % this.#queuedStartMs.length;
    this.#queuedStartMs[at] = startMs;
    this.#queuedEndMs[at] = endMs;
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
