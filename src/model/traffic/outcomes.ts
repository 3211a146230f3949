/**
 * Counts how requests end, in total and per bin. Requests are reported in the bin in which they end, so only
 * the current bin is held open; a request that arrived before recording began is served and not counted.
 */
import { Histogram, type BucketProbability } from '../../kernel/histogram.ts';
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import { FAILURE_CLASSES, type FailureClass } from '../../record.ts';
import type { TrafficCounts } from '../data-plane.ts';

type ByClass<T> = Partial<Record<FailureClass, T>>;

class Columns {
  readonly offered: number[] = [];
  readonly ok: number[] = [];
  readonly failed: Record<FailureClass, number[]> = Object.fromEntries(
    FAILURE_CLASSES.map((name) => [name, []]),
  ) as unknown as Record<FailureClass, number[]>;
  readonly newConnections: number[] = [];
  readonly reusedConnections: number[] = [];
  readonly latencyP50Ms: (number | null)[] = [];
  readonly latencyP99Ms: (number | null)[] = [];
}

export class Outcomes {
  readonly #recordFromMs: TimeMs;
  readonly #binMs: DurationMs;
  readonly #latencySeries: boolean;
  readonly #columns = new Columns();
  readonly #binLatency = new Histogram();
  readonly #latency = new Histogram();
  readonly #failedInBin = new Int32Array(FAILURE_CLASSES.length);
  readonly #failed = new Float64Array(FAILURE_CLASSES.length);
  #bins = 0;
  #offered = 0;
  #ok = 0;
  #offeredInBin = 0;
  #newInBin = 0;
  #skippedOk = 0;
  #skippedLaw: BucketProbability | null = null;
  #reusedInBin = 0;
  #failedNew = 0;
  #failedReused = 0;
  #retried = 0;
  /** End of the bin that is being filled; everything before it must have been reported when it is closed. */
  binEndMs: TimeMs;

  /** @param latencySeries whether latencies by bin are wanted: they cost more than the counts do */
  constructor(recordFromMs: TimeMs, binMs: DurationMs, latencySeries = true) {
    this.#latencySeries = latencySeries;
    this.#recordFromMs = recordFromMs;
    this.#binMs = binMs;
    this.binEndMs = recordFromMs + binMs;
  }

  /** Whether a request that arrived then is recorded at all. */
  counts(arrivedMs: TimeMs): boolean {
    return arrivedMs >= this.#recordFromMs;
  }

  offered(arrivedMs: TimeMs): void {
    if (arrivedMs >= this.#recordFromMs) this.#offeredInBin++;
  }

  ok(arrivedMs: TimeMs, endedMs: TimeMs, reused: boolean, attempts: number): void {
    if (arrivedMs < this.#recordFromMs) return;
    this.#binLatency.record(endedMs - arrivedMs);
    if (reused) this.#reusedInBin++;
    else this.#newInBin++;
    if (attempts > 1) this.#retried++;
  }

  failed(failure: FailureClass, arrivedMs: TimeMs, reused: boolean, attempts: number): void {
    if (arrivedMs < this.#recordFromMs) return;
    const index = FAILURE_CLASSES.indexOf(failure);
    this.#failedInBin[index] = (this.#failedInBin[index] as number) + 1;
    if (reused) {
      this.#reusedInBin++;
      this.#failedReused++;
    } else {
      this.#newInBin++;
      this.#failedNew++;
    }
    if (attempts > 1) this.#retried++;
  }

  /**
   * Requests of the bin that nobody followed.
   * @param probability of their latencies, for the series; null: the series say nothing of them
   */
  skipped(
    count: { offered: number; ok: number; reused: boolean },
    probability: BucketProbability | null,
  ): void {
    this.#offeredInBin += count.offered;
    this.#skippedOk += count.ok;
    if (count.reused) this.#reusedInBin += count.ok;
    else this.#newInBin += count.ok;
    this.#skippedLaw = probability;
  }

  /**
   * Requests of this bin that ended ok are the same as some that were counted as such before, unfollowed.
   * @returns how many of `count` there are
   */
  takeBack(count: number, reused: boolean): number {
    const onSuch = reused ? this.#reusedInBin : this.#newInBin;
    const taken = Math.min(count, this.#binLatency.count + this.#skippedOk, onSuch);
    this.skipped({ offered: 0, ok: -taken, reused }, this.#skippedLaw);
    return taken;
  }

  /** The latencies of all requests that nobody followed and that ended ok, at the end. */
  addLatencies(fill: (latency: Histogram) => void): void {
    fill(this.#latency);
  }

  #binQuantile(p: number): number | null {
    const bin = this.#binLatency;
    if (bin.count + this.#skippedOk === 0) return null;
    if (this.#skippedOk <= 0) return bin.quantile(p);
    if (this.#skippedLaw === null) return null;
    return bin.quantileWith(p, this.#skippedOk, this.#skippedLaw);
  }

  closeBin(): void {
    const columns = this.#columns;
    const bin = this.#binLatency;
    columns.offered.push(this.#offeredInBin);
    columns.ok.push(bin.count + this.#skippedOk);
    FAILURE_CLASSES.forEach((name, index) => {
      const failed = this.#failedInBin[index] as number;
      columns.failed[name].push(failed);
      this.#failed[index] = (this.#failed[index] as number) + failed;
    });
    columns.newConnections.push(this.#newInBin);
    columns.reusedConnections.push(this.#reusedInBin);
    columns.latencyP50Ms.push(this.#latencySeries ? this.#binQuantile(0.5) : null);
    columns.latencyP99Ms.push(this.#latencySeries ? this.#binQuantile(0.99) : null);
    this.#offered += this.#offeredInBin;
    this.#ok += bin.count + this.#skippedOk;
    this.#skippedOk = 0;
    this.#latency.absorb(bin);
    this.#failedInBin.fill(0);
    this.#offeredInBin = 0;
    this.#newInBin = 0;
    this.#reusedInBin = 0;
    this.binEndMs = this.#recordFromMs + (++this.#bins + 1) * this.#binMs;
  }

  /** Closes the last bin, which may be short; what happened exactly at the end of a whole one belongs to it. */
  finish(atMs: TimeMs): void {
    const startsMs = this.binEndMs - this.#binMs;
    if (startsMs < atMs || this.#bins === 0) {
      this.closeBin();
      return;
    }
    const { latencyP50Ms, latencyP99Ms, offered, ok, failed, newConnections, reusedConnections } =
      this.#columns;
    this.closeBin();
    latencyP50Ms.pop();
    latencyP99Ms.pop();
    for (const column of [offered, ok, newConnections, reusedConnections, ...Object.values(failed)]) {
      const extra = column.pop() ?? 0;
      column.push((column.pop() ?? 0) + extra);
    }
  }

  /**
   * Everything counted in closed bins.
   * @param inFlight requests found unanswered
   * @throws Error when a request was lost or counted twice: offered = ok + Σ failed + in flight, always
   */
  result(inFlight: number): TrafficCounts {
    const failedByClass: ByClass<number> = {};
    const failedColumns: ByClass<readonly number[]> = {};
    let failed = 0;
    FAILURE_CLASSES.forEach((name, index) => {
      const count = this.#failed[index] as number;
      if (count === 0) return;
      failed += count;
      failedByClass[name] = count;
      failedColumns[name] = this.#columns.failed[name];
    });
    if (this.#offered !== this.#ok + failed + inFlight) {
      throw new Error(
        `requests are not conserved: ${this.#offered} offered, ${this.#ok} ok, ${failed} failed, ${inFlight} in flight`,
      );
    }
    const { offered, ok, newConnections, reusedConnections, latencyP50Ms, latencyP99Ms } = this.#columns;
    return {
      offered: this.#offered,
      ok: this.#ok,
      failedByClass,
      failedNewConnections: this.#failedNew,
      failedReusedConnections: this.#failedReused,
      retried: this.#retried,
      inFlight,
      latencyMs: {
        p50: this.#latency.quantile(0.5),
        p90: this.#latency.quantile(0.9),
        p99: this.#latency.quantile(0.99),
        p999: this.#latency.quantile(0.999),
      },
      series: {
        offered,
        ok,
        failedByClass: failedColumns,
        newConnections,
        reusedConnections,
        latencyP50Ms,
        latencyP99Ms,
      },
    };
  }
}
