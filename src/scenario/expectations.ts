/**
 * The scenario's `expect` → a list of single expectations, each at its line.
 */
import type { Expectation } from './scenario.ts';
import type { ExpectInput } from './scenario-schema.ts';
import { locateValue, type SourceMap } from './source-map.ts';

export function toExpectations(input: ExpectInput, source: SourceMap): readonly Expectation[] {
  const at = (field: string): Expectation['location'] => locateValue(source, `spec.expect.${field}`);
  const list: Expectation[] = [];
  const { failedRequests, failedShare, latency, pods, rolloutWithin } = input;
  if (failedRequests !== undefined) {
    list.push({ name: 'failedRequests', max: failedRequests, location: at('failedRequests') });
  }
  if (failedShare !== undefined)
    list.push({ name: 'failedShare', max: failedShare, location: at('failedShare') });
  for (const quantile of ['p50', 'p90', 'p99', 'p999'] as const) {
    const maxMs = latency?.[quantile];
    if (maxMs !== undefined)
      list.push({ name: 'latency', quantile, maxMs, location: at(`latency.${quantile}`) });
  }
  if (pods?.max !== undefined) list.push({ name: 'podsMax', max: pods.max, location: at('pods.max') });
  if (pods?.readyMin !== undefined)
    list.push({ name: 'readyMin', min: pods.readyMin, location: at('pods.readyMin') });
  if (rolloutWithin !== undefined) {
    list.push({ name: 'rolloutWithin', maxMs: rolloutWithin, location: at('rolloutWithin') });
  }
  return list;
}
