/**
 * Adds measured requests up: the record's traffic series and totals from time 0 on, what the baseline before it showed,
 * and the failed requests themselves.
 */
import type { TimeMs } from '../../kernel/time.ts';
import type { FailureClass, Series, Totals } from '../../record.ts';
import type { MeasuredRequest } from '../load.ts';
import { ascending, quantileOf } from './quantiles.ts';

export interface BaselineTraffic {
  /** Requests that were due before time 0, those that only warmed the servers up left out. */
  readonly due: number;
  /** Of those, the ones that the generator had handed on by then. */
  readonly sent: number;
  readonly failed: number;
}

export interface RecordedTraffic {
  readonly series: Omit<Series, 'binMs' | 'readyEndpoints' | 'servingPods' | 'podsByPhase'>;
  readonly totals: Totals;
  readonly baseline: BaselineTraffic;
  /** From time 0 on, in order of their ends. */
  readonly failed: readonly FailedMeasurement[];
}

export interface FailedMeasurement extends MeasuredRequest {
  readonly outcome: FailureClass;
}

/** A generator hands a request on within this, or it was late. */
const SENT_WITHIN_MS = 1000;

export class TrafficRecorder {
  readonly #binMs: number;
  readonly #baselineFromMs: TimeMs;
  readonly #offered: number[] = [];
  readonly #ok: number[] = [];
  readonly #new: number[] = [];
  readonly #reused: number[] = [];
  readonly #failedByClass = new Map<FailureClass, number[]>();
  readonly #latencies: number[][] = [];
  readonly #failed: FailedMeasurement[] = [];
  readonly #baseline = { due: 0, sent: 0, failed: 0 };
  #count = 0;
  #retried = 0;
  #failedNew = 0;
  #failedReused = 0;

  /** @param baselineFromMs when the baseline begins; nothing is concluded from what was due before */
  constructor(binMs: number, baselineFromMs: TimeMs = -Infinity) {
    this.#binMs = binMs;
    this.#baselineFromMs = baselineFromMs;
  }

  record(request: MeasuredRequest): void {
    const { arrivedMs, sentMs, outcome } = request;
    if (arrivedMs < this.#baselineFromMs) return;
    if (arrivedMs < 0) {
      this.#baseline.due += 1;
      if (sentMs < Math.min(0, arrivedMs + SENT_WITHIN_MS)) this.#baseline.sent += 1;
      if (outcome !== 'ok') this.#baseline.failed += 1;
      return;
    }
    this.#count += 1;
    add(this.#offered, this.#bin(arrivedMs));
    const bin = this.#bin(request.endedMs);
    if (request.attempts > 1) this.#retried += 1;
    add(request.connection === 'new' ? this.#new : this.#reused, bin);
    if (outcome === 'ok') this.#recordOk(bin, request.endedMs - arrivedMs);
    else this.#recordFailed({ ...request, outcome }, bin);
  }

  #recordOk(bin: number, latencyMs: number): void {
    add(this.#ok, bin);
    (this.#latencies[bin] ??= []).push(latencyMs);
  }

  #recordFailed(request: FailedMeasurement, bin: number): void {
    const column = this.#failedByClass.get(request.outcome) ?? [];
    this.#failedByClass.set(request.outcome, column);
    add(column, bin);
    if (request.connection === 'new') this.#failedNew += 1;
    else this.#failedReused += 1;
    this.#failed.push(request);
  }

  /** Requests that end as late as this need a record that lasts as long. */
  get lastBinEndMs(): TimeMs {
    return Math.max(this.#offered.length, this.#new.length, this.#reused.length) * this.#binMs;
  }

  /**
   * @param endMs the record's end: a multiple of the bin, no earlier than `lastBinEndMs`
   * @param inFlight offered from time 0 on and never ended
   * @throws Error when a request was lost or counted twice
   */
  finish(endMs: TimeMs, inFlight: number): RecordedTraffic {
    const bins = endMs / this.#binMs;
    const column = (values: readonly number[]): number[] =>
      Array.from({ length: bins }, (_, bin) => values[bin] ?? 0);
    const byBin = Array.from({ length: bins }, (_, bin) => ascending(this.#latencies[bin] ?? []));
    const classes = [...this.#failedByClass].sort(([a], [b]) => a.localeCompare(b));
    const failedByClass = Object.fromEntries(classes.map(([name, values]) => [name, column(values)]));
    const ok = sum(this.#ok);
    const failed = this.#failed.length;
    if (ok + failed !== this.#count)
      throw new Error(`requests are not conserved: ${this.#count} ended, ${ok} ok, ${failed} failed`);
    return {
      series: {
        offered: column(this.#offered),
        ok: column(this.#ok),
        failedByClass,
        newConnections: column(this.#new),
        reusedConnections: column(this.#reused),
        latencyP50Ms: byBin.map((values) => quantileOf(values, 0.5)),
        latencyP99Ms: byBin.map((values) => quantileOf(values, 0.99)),
      },
      totals: {
        offered: this.#count + inFlight,
        ok,
        failed,
        failedByClass: Object.fromEntries(classes.map(([name, values]) => [name, sum(values)])),
        failedNewConnections: this.#failedNew,
        failedReusedConnections: this.#failedReused,
        retried: this.#retried,
        inFlight,
        latencyMs: this.#quantiles(),
      },
      baseline: { ...this.#baseline },
      failed: this.#failed,
    };
  }

  #quantiles(): Totals['latencyMs'] {
    const all = ascending(this.#latencies.flat());
    const of = (share: number): number => quantileOf(all, share) ?? 0;
    return { p50: of(0.5), p90: of(0.9), p99: of(0.99), p999: of(0.999) };
  }

  #bin(timeMs: TimeMs): number {
    return Math.max(0, Math.floor(timeMs / this.#binMs));
  }
}

/** Columns grow as far as something is counted, without holes. */
function add(column: number[], bin: number): void {
  while (column.length <= bin) column.push(0);
  column[bin] = (column[bin] ?? 0) + 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
