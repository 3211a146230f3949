/** The scenario's load at another rate, as the `--set` texts that a prediction of the replay takes too. */
import { SECOND_MS } from '../../kernel/time.ts';
import type { Scenario, Traffic } from '../../scenario/scenario.ts';
import { workloadsOf } from './workloads-of.ts';

const MICROSECONDS = 1000;

/** Requests per second at the scenario's busiest; null for callers that wait for their answers, who have no rate. */
export function peakRate({ rate }: Pick<Traffic, 'rate'>): number | null {
  return rate.length === 0 ? null : Math.max(...rate.map(({ rateRps }) => rateRps));
}

/**
 * @param peakRps what the busiest moment is to be; a profile keeps its shape
 * @returns the setting; null when there is no rate to scale
 */
export function rateSetting(traffic: Pick<Traffic, 'rate'>, peakRps: number): string | null {
  const peak = peakRate(traffic);
  if (peak === null || peak === 0) return null;
  const entries = traffic.rate.map(({ atMs, rateRps }) => ({
    atMs,
    rateRps: rounded((rateRps * peakRps) / peak),
  }));
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return `spec.traffic.rate=${only.rateRps}`;
  const list = entries.map(({ atMs, rateRps }) => `{at: ${atMs / SECOND_MS}s, rate: ${rateRps}}`);
  return `spec.traffic.rate=[${list.join(', ')}]`;
}

/**
 * What grows with a rate above the scenario's own: its pods serve as many more requests at once and for as much less CPU
 * time, and its callers hold as many more connections. They are as busy as the scenario has them, instead of overloaded
 * before anything changes. A lower rate leaves them as they are: the scenario's own pods with less to do.
 */
export function capacitySettings(
  scenario: Pick<Scenario, 'traffic' | 'before' | 'changes'>,
  peakRps: number,
): readonly string[] {
  const { traffic } = scenario;
  const peak = peakRate(traffic);
  if (peak === null || peak === 0 || peakRps <= peak) return [];
  const factor = peakRps / peak;
  const settings = [
    `spec.traffic.clients.connectionsEach=${Math.ceil(traffic.clients.connectionsEach * factor)}`,
  ];
  for (const { name, concurrency, cpuPerRequestMs } of workloadsOf(scenario)) {
    settings.push(`spec.workload.${name}.concurrency=${Math.ceil(concurrency * factor)}`);
    if (cpuPerRequestMs > 0) {
      const microseconds = Math.round((cpuPerRequestMs / factor) * MICROSECONDS);
      settings.push(`spec.workload.${name}.cpuPerRequest=${microseconds}us`);
    }
  }
  return settings;
}

/** Three digits after the point are more than any generator can keep. */
function rounded(rateRps: number): number {
  return Math.round(rateRps * 1000) / 1000;
}
