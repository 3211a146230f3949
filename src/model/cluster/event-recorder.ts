/**
 * Posts a controller's events through the controller's own client (R-GEN-4): they are of no consequence
 * themselves, but each takes a token that a pod's creation may then have to wait for.
 */
import { MINUTE_MS, type TimeMs } from '../../kernel/time.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { ApiClient } from './api-server.ts';

/** One object may have this many events at once, then one in each interval. */
const EVENT_BURST = 25;
const EVENT_INTERVAL_MS = 5 * MINUTE_MS;

export class EventRecorder {
  readonly #simulation: Simulation;
  readonly #client: ApiClient;
  readonly #allowances = new Map<string, { tokens: number; updatedMs: TimeMs }>();
  #waiting = 0;
  #posting = false;

  constructor(simulation: Simulation, client: ApiClient) {
    this.#simulation = simulation;
    this.#client = client;
  }

  /** Posts an event about `object` (such as `replicaset/web-1`) unless that object has had too many. */
  record(object: string): void {
    if (!this.#allowed(object)) return;
    this.#waiting += 1;
    if (!this.#posting) this.#postNext();
  }

  /** One event after another: the broadcaster sends from a single thread. */
  #postNext(): void {
    this.#posting = this.#waiting > 0;
    if (!this.#posting) return;
    this.#waiting -= 1;
    this.#client.post(() => {
      this.#postNext();
    });
  }

  #allowed(object: string): boolean {
    const { nowMs } = this.#simulation;
    const allowance = this.#allowances.get(object) ?? { tokens: EVENT_BURST, updatedMs: nowMs };
    const refilled = allowance.tokens + (nowMs - allowance.updatedMs) / EVENT_INTERVAL_MS;
    const tokens = Math.min(EVENT_BURST, refilled);
    const allowed = tokens >= 1;
    this.#allowances.set(object, { tokens: allowed ? tokens - 1 : tokens, updatedMs: nowMs });
    return allowed;
  }
}
