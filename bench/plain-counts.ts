/** Counts of the plain engine: outcomes by class and bin, and the latencies of each bin. */
import { Histogram } from '../src/kernel/histogram.ts';

const CLASSES = ['refused', 'http-5xx', 'request-timeout'] as const;
type PlainFailure = (typeof CLASSES)[number];

export interface PlainResult {
  readonly offered: number;
  readonly ok: number;
  readonly failed: Readonly<Record<PlainFailure, number>>;
  readonly inFlight: number;
  readonly latencyMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
  };
  /** One entry for each bin. */
  readonly series: {
    readonly offered: readonly number[];
    readonly ok: readonly number[];
    readonly newConnections: readonly number[];
    readonly latencyP50Ms: readonly number[];
    readonly latencyP99Ms: readonly number[];
  };
}

function increment(column: number[], bin: number): void {
  while (column.length <= bin) column.push(0);
  column[bin] = (column[bin] as number) + 1;
}

const total = (column: readonly number[]): number => column.reduce((sum, count) => sum + count, 0);

export class PlainCounts {
  readonly #binMs: number;
  readonly #offered: number[] = [];
  readonly #ok: number[] = [];
  readonly #newConnections: number[] = [];
  readonly #failed: Record<PlainFailure, number[]> = { refused: [], 'http-5xx': [], 'request-timeout': [] };
  readonly #latencyP50Ms: number[] = [];
  readonly #latencyP99Ms: number[] = [];
  readonly #binLatency = new Histogram();
  readonly #latency = new Histogram();
  #binEndMs: number;
  #latencySumMs = 0;

  constructor(binMs: number) {
    this.#binMs = binMs;
    this.#binEndMs = binMs;
  }

  offered(arrivedMs: number): void {
    increment(this.#offered, Math.floor(arrivedMs / this.#binMs));
  }

  /** Answers are told in the order of their times. */
  ok(arrivedMs: number, endedMs: number, reused: boolean): void {
    while (endedMs >= this.#binEndMs) this.#closeBin();
    const bin = Math.floor(endedMs / this.#binMs);
    increment(this.#ok, bin);
    if (!reused) increment(this.#newConnections, bin);
    this.#binLatency.record(endedMs - arrivedMs);
    this.#latencySumMs += endedMs - arrivedMs;
  }

  failed(failure: PlainFailure, endedMs: number): void {
    increment(this.#failed[failure], Math.floor(endedMs / this.#binMs));
  }

  #closeBin(): void {
    this.#latencyP50Ms.push(this.#binLatency.quantile(0.5));
    this.#latencyP99Ms.push(this.#binLatency.quantile(0.99));
    this.#latency.absorb(this.#binLatency);
    this.#binEndMs += this.#binMs;
  }

  /** @param horizonMs a multiple of the bin; nothing was told of a later time */
  result(horizonMs: number): PlainResult {
    while (this.#binEndMs <= horizonMs) this.#closeBin();
    const offered = total(this.#offered);
    const ok = total(this.#ok);
    const failed = {
      refused: total(this.#failed.refused),
      'http-5xx': total(this.#failed['http-5xx']),
      'request-timeout': total(this.#failed['request-timeout']),
    };
    return {
      offered,
      ok,
      failed,
      inFlight: offered - ok - CLASSES.reduce((sum, name) => sum + failed[name], 0),
      latencyMs: {
        mean: this.#latencySumMs / ok,
        p50: this.#latency.quantile(0.5),
        p90: this.#latency.quantile(0.9),
        p99: this.#latency.quantile(0.99),
      },
      series: {
        offered: this.#offered,
        ok: this.#ok,
        newConnections: this.#newConnections,
        latencyP50Ms: this.#latencyP50Ms,
        latencyP99Ms: this.#latencyP99Ms,
      },
    };
  }
}
