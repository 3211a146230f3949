/**
 * The scenario's `traffic` → who calls the Service, how often, and with what patience.
 */
import type { DiagnosticList } from './diagnostic-list.ts';
import { formatDuration } from './duration.ts';
import type { Clients, Traffic } from './scenario.ts';
import type { ClientsInput, TrafficInput } from './scenario-schema.ts';
import { locateValue, type SourceMap } from './source-map.ts';

export function toTraffic(input: TrafficInput, source: SourceMap, diagnostics: DiagnosticList): Traffic {
  const at = (field: string): ReturnType<typeof locateValue> => locateValue(source, `spec.traffic.${field}`);
  if (input.path !== 'kube-proxy') {
    diagnostics.add('E602', at('path'), {
      message: `Traffic through ${input.path} is not simulated.`,
      path: 'spec.traffic.path',
      value: input.path,
      expected: 'kube-proxy',
    });
  }
  reportArrivals(input, source, diagnostics);
  const entries = typeof input.rate === 'number' ? [{ at: 0, rate: input.rate }] : (input.rate ?? []);
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    if (previous === undefined || entry.at > previous.at) continue;
    diagnostics.add('E501', at(`rate[${index}].at`), {
      message: 'The entries of a rate stand in order of time.',
      path: `spec.traffic.rate[${index}].at`,
      value: formatDuration(entry.at),
      expected: `after ${formatDuration(previous.at)}`,
    });
  }
  return {
    service: input.service.replace(/^(?:svc|services?)\//iu, ''),
    arrivals: input.arrivals,
    rate:
      input.arrivals === 'closed' ? [] : entries.map((entry) => ({ atMs: entry.at, rateRps: entry.rate })),
    ramp: input.ramp,
    closed: input.arrivals === 'closed' ? (input.closed ?? null) : null,
    path: { kind: 'kube-proxy' },
    clients: toClients(input.clients, source, diagnostics),
  };
}

function reportArrivals(input: TrafficInput, source: SourceMap, diagnostics: DiagnosticList): void {
  const closed = input.arrivals === 'closed';
  const [needed, useless] = closed ? (['closed', 'rate'] as const) : (['rate', 'closed'] as const);
  if (input[needed] === undefined) {
    diagnostics.add('E202', locateValue(source, 'spec.traffic'), {
      message: `arrivals: ${input.arrivals} needs ${needed}.`,
      path: `spec.traffic.${needed}`,
      expected: closed ? 'closed: {users, thinkTime}' : 'requests per second',
    });
  }
  if (input[useless] === undefined) return;
  const path = `spec.traffic.${useless}`;
  diagnostics.add(closed ? 'E213' : 'W206', locateValue(source, path), {
    message: `${useless} means nothing with arrivals: ${input.arrivals}.`,
    path,
    hint: closed ? undefined : 'Set arrivals: closed, or remove it.',
  });
}

function toClients(input: ClientsInput, source: SourceMap, diagnostics: DiagnosticList): Clients {
  const { connectTimeout, timeout, retries } = input;
  if (connectTimeout !== undefined && connectTimeout > timeout) {
    const path = 'spec.traffic.clients.connectTimeout';
    diagnostics.add('W206', locateValue(source, path), {
      message: 'The attempt’s own deadline comes first.',
      path,
      value: formatDuration(connectTimeout),
      expected: `at most ${formatDuration(timeout)}`,
    });
  }
  return {
    count: input.count,
    connectionsEach: input.connectionsEach,
    keepAlive: input.keepAlive,
    reuse: input.reuse,
    timeoutMs: timeout,
    connectTimeoutMs: Math.min(connectTimeout ?? timeout, timeout),
    idleTimeoutMs: input.idleTimeout,
    requestsPerConnectionMax: input.requestsPerConnection,
    method: input.method,
    retries: {
      max: retries.max,
      on: retries.on,
      backoff: { baseMs: retries.backoff.base, capMs: retries.backoff.cap },
    },
  };
}

/** Most requests that a run of this length can hold, for the limit; users of closed traffic wait for answers. */
export function requestsAtMost(traffic: Traffic, durationMs: number): number {
  if (traffic.closed !== null) return 0;
  let total = 0;
  for (const [index, entry] of traffic.rate.entries()) {
    const fromMs = index === 0 ? 0 : entry.atMs;
    const next = traffic.rate[index + 1];
    const spanMs = Math.max(0, Math.min(next?.atMs ?? durationMs, durationMs) - fromMs);
    const rateRps =
      traffic.ramp && next !== undefined ? Math.max(entry.rateRps, next.rateRps) : entry.rateRps;
    total += (spanMs / 1000) * rateRps;
  }
  return total;
}
