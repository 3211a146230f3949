/** Answers one request, as the workload's service time, workers, backlog and error rate say (R-APP-9, R-APP-11). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Workload } from '../../scenario/scenario.ts';
import { cpuBurner } from './cpu-burner.ts';
import { draw } from './duration-law.ts';
import type { ServedCounts } from './life-line.ts';
import { NODE_HEADER, POD_HEADER } from './request-path.ts';
import type { WorkloadSettings } from './settings.ts';
import { WorkerPool } from './worker-pool.ts';

const BODIES = { ok: Buffer.from('ok\n'), full: Buffer.from('full\n'), error: Buffer.from('error\n') };

export class RequestHandler {
  /** Set once answers are to end their connection: clients leave by themselves then (R-SRV-8). */
  closesConnections = false;
  /** Requests that have been read. */
  received = 0;
  readonly workers: WorkerPool;
  readonly #settings: WorkloadSettings;
  readonly #workload: Workload;
  readonly #burnCpu: () => void;
  #listeningSinceMs = 0;
  #answered = 0;
  #overflowed = 0;
  #errors = 0;

  constructor(settings: WorkloadSettings) {
    const { workload } = settings;
    this.#settings = settings;
    this.#workload = workload;
    this.#burnCpu = cpuBurner(workload.cpuPerRequestMs);
    this.workers = new WorkerPool(workload.concurrency, workload.backlog);
  }

  get counts(): ServedCounts {
    return { answered: this.#answered, overflowed: this.#overflowed, errors: this.#errors };
  }

  /** Cold start counts from here. */
  opened(): void {
    this.#listeningSinceMs = performance.now();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.received += 1;
    request.resume();
    const taken = this.workers.take((done) => {
      this.#serve(response, done);
    });
    if (taken || this.#workload.overflow === 'drop') return;
    this.#overflowed += 1;
    this.#answer(response, 503, BODIES.full, () => {});
  }

  #serve(response: ServerResponse, done: () => void): void {
    const startedMs = performance.now();
    const serviceMs = draw(this.#workload.serviceTime) * this.#coldStartFactor(startedMs);
    this.#burnCpu();
    // Timers are whole milliseconds long and end up to one late: half of one less is right on average.
    const waitMs = Math.round(serviceMs - (performance.now() - startedMs) - 0.5);
    const finish = (): void => {
      const fails = this.#workload.errorRate > 0 && Math.random() < this.#workload.errorRate;
      if (fails) this.#errors += 1;
      // A worker works an abandoned request off all the same (R-APP-9), and nobody hears the answer.
      if (response.destroyed) done();
      else this.#answer(response, fails ? 500 : 200, fails ? BODIES.error : BODIES.ok, done);
    };
    if (waitMs >= 1) setTimeout(finish, waitMs);
    else finish();
  }

  #coldStartFactor(nowMs: number): number {
    const { coldStart } = this.#workload;
    if (coldStart === null) return 1;
    return 1 + coldStart.factor * Math.exp((this.#listeningSinceMs - nowMs) / coldStart.tauMs);
  }

  #answer(response: ServerResponse, status: number, body: Buffer, done: () => void): void {
    response.once('close', () => {
      // Handed to the kernel in full; an answer to somebody who has left does not count.
      if (response.writableFinished) this.#answered += 1;
      done();
    });
    response.writeHead(status, this.headers(body.length)).end(body);
  }

  headers(length: number): Record<string, string | number> {
    const headers: Record<string, string | number> = {
      'content-length': length,
      [POD_HEADER]: this.#settings.pod,
      [NODE_HEADER]: this.#settings.node,
    };
    if (this.closesConnections) headers['connection'] = 'close';
    return headers;
  }
}
