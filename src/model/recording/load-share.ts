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

  /** Offered rate ÷ capacity of the pods that are ready now; Infinity when none is. Closed loops count as their start rate. */
  utilization(atMs: TimeMs): number {
    const capacity = this.#parts.readyPods() * this.#parts.podCapacityRps;
    if (capacity === 0) return Number.POSITIVE_INFINITY;
    let rateRps = this.#parts.traffic.rate[0]?.rateRps ?? 0;
    for (const step of this.#parts.traffic.rate) if (step.atMs <= atMs) ({ rateRps } = step);
    return rateRps / capacity;
  }
}
