/** The scenario's load at another rate, as the `--set` text that a prediction of the replay takes too. */
import { SECOND_MS } from '../../kernel/time.ts';
import type { Traffic } from '../../scenario/scenario.ts';

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

/** Three digits after the point are more than any generator can keep. */
function rounded(rateRps: number): number {
  return Math.round(rateRps * 1000) / 1000;
}
