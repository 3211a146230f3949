/** How much of the Service's capacity the offered load takes, to tell lack of capacity from an uneven spread (R-APP-9). */
import { compileDistribution } from '../../kernel/distribution.ts';
import { SECOND_MS, type TimeMs } from '../../kernel/time.ts';
import type { Container, Traffic } from '../../scenario/scenario.ts';

/** Requests per second that one pod can serve: the tighter of its workers and its CPU limit. */
export function podCapacityRps(container: Container): number {
  const { workload, limits } = container;
  const meanMs = compileDistribution(workload.serviceTime).mean;
  const byWorkers = meanMs > 0 ? (workload.concurrency / meanMs) * SECOND_MS : Number.POSITIVE_INFINITY;
  if (limits.cpuMilli === null || workload.cpuPerRequestMs === 0) return byWorkers;
  return Math.min(byWorkers, limits.cpuMilli / workload.cpuPerRequestMs);
}

export interface LoadShareParts {
  readonly traffic: Traffic;
  readonly podCapacityRps: number;
  readonly readyPods: () => number;
}

export class LoadShare {
  readonly #parts: LoadShareParts;
  #readyPodsAtStart = 0;

  constructor(parts: LoadShareParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#readyPodsAtStart = this.#parts.readyPods();
  }

  readyPods(): number {
    return this.#parts.readyPods();
  }

  readyPodsAtStart(): number {
    return this.#readyPodsAtStart;
  }

  /** Offered rate ÷ capacity of the pods that are ready now; Infinity when none is. Closed loops count as no load. */
  utilization(atMs: TimeMs): number {
    const capacity = this.#parts.readyPods() * this.#parts.podCapacityRps;
    return capacity === 0 ? Number.POSITIVE_INFINITY : rateAt(this.#parts.traffic, atMs) / capacity;
  }
}

function rateAt({ rate, ramp }: Traffic, atMs: TimeMs): number {
  let last = rate.length - 1;
  while (last >= 0 && (rate[last]?.atMs ?? 0) > atMs) last--;
  const from = rate[Math.max(0, last)];
  const to = rate[last + 1];
  if (from === undefined) return 0;
  if (!ramp || to === undefined || last < 0) return from.rateRps;
  return from.rateRps + (to.rateRps - from.rateRps) * ((atMs - from.atMs) / (to.atMs - from.atMs));
}
