/**
 * What one client's pool does while nobody follows it: how many of its connections are busy, when it needs another one,
 * and how often each place of the pool is used. Its requests come as a Poisson process and none waits, so that the busy
 * ones are those of M/G/∞.
 */
import type { DurationMs } from '../../../kernel/time.ts';
import type { Clients } from '../../../scenario/scenario.ts';
import { erlangC } from '../queueing.ts';

/** A change of the offered load below this share leaves the tables as they are. */
const NOTICEABLE = 0.01;

export class ClientLaw {
  readonly #clients: Clients;
  readonly #size: number;
  /** Probability that a request finds exactly so many connections, all of them, busy. */
  readonly #allBusy: Float64Array;
  /** Probability that a request finds exactly so many busy. */
  readonly #busy: Float64Array;
  /** Requests of one client in a millisecond. */
  ratePerMs = 0;
  /** Its requests in flight, on average. */
  offered: number = Number.NaN;
  /** Practically every request is answered within this time. */
  memoryMs: DurationMs = 0;
  /** Probability that a request waits for a connection. */
  waits = 0;

  constructor(clients: Clients) {
    this.#clients = clients;
    this.#size = clients.connectionsEach;
    this.#allBusy = new Float64Array(this.#size + 1);
    this.#busy = new Float64Array(this.#size + 1);
  }

  /** @param ratePerMs of all clients together */
  update(ratePerMs: number, latencyMs: DurationMs): void {
    this.ratePerMs = ratePerMs / this.#clients.count;
    const offered = this.ratePerMs * latencyMs;
    if (Math.abs(offered - this.offered) <= NOTICEABLE * this.offered) return;
    this.offered = offered;
    this.waits = erlangC(this.#size, offered);
    let probability = Math.exp(-offered);
    let blocked = 1;
    for (let n = 0; n <= this.#size; n++) {
      if (n > 0) {
        blocked = (offered * blocked) / (n + offered * blocked);
        probability *= offered / n;
      }
      this.#allBusy[n] = blocked;
      this.#busy[n] = probability;
    }
  }

  /** Probability that a request opens a connection when `open` of the client's are open. */
  opens(open: number): number {
    if (!this.#clients.keepAlive) return 1;
    const limit = this.#clients.requestsPerConnectionMax;
    const wornOut = limit > 0 ? 1 / limit : 0;
    return Math.min(1, wornOut + (open < this.#size ? (this.#allBusy[open] as number) : 0));
  }

  /** Uses in a millisecond of the idle connection that `depth − 1` others are taken before, of `idle` ones in all. */
  usesPerMs(depth: number, idle: number): number {
    if (this.#clients.reuse !== 'lifo') return this.ratePerMs / idle;
    return this.ratePerMs * (this.#busy[depth - 1] as number);
  }

  /** Probability that a request waits when `taken` places of the pool are held by something else. */
  waitsWithout(taken: number): number {
    return taken < 1 ? this.waits : erlangC(Math.max(0, this.#size - Math.ceil(taken)), this.offered);
  }

  /** Upper bound on the share of requests that wait for a connection until their deadline. */
  failsWaiting(latencyMs: DurationMs): number {
    const spare = this.#size - this.offered;
    return spare <= 0 ? 1 : this.waits * Math.exp((-spare * this.#clients.timeoutMs) / latencyMs);
  }
}
