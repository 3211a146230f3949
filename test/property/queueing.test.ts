/**
 * Queueing theory and an independent engine as oracles. Averages over correlated requests are compared over
 * independent runs, by Student's t: each comparison alarms falsely with probability below 1e-5.
 */
import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import { runPlain, type PlainOptions } from '../../bench/event-per-request-engine.ts';
import type { PlainResult } from '../../bench/plain-counts.ts';
import { RandomStreams } from '../../src/kernel/random.ts';
import type { ServerSpec, TrafficCounts } from '../../src/model/data-plane.ts';
import { Server } from '../../src/model/traffic/server.ts';
import { engineOf, SERVER } from '../unit/model/traffic/engine-fixture.ts';

const FALSE_ALARM = 1e-5;

function moments(values: readonly number[]): { mean: number; squaredError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, squaredError: variance / values.length };
}

function expectMean(values: readonly number[], expected: number): void {
  const { mean, squaredError } = moments(values);
  const limit = jstat.studentt.inv(1 - FALSE_ALARM / 2, values.length - 1) * Math.sqrt(squaredError);
  expect(Math.abs(mean - expected), `mean ${mean}, expected ${expected}`).toBeLessThan(limit);
}

/** Welch's test, with the smaller of the two degrees of freedom. */
function expectEqualMeans(one: readonly number[], other: readonly number[]): void {
  const a = moments(one);
  const b = moments(other);
  const freedom = Math.min(one.length, other.length) - 1;
  const limit = jstat.studentt.inv(1 - FALSE_ALARM / 2, freedom) * Math.sqrt(a.squaredError + b.squaredError);
  expect(Math.abs(a.mean - b.mean), `means ${a.mean} and ${b.mean}`).toBeLessThanOrEqual(limit);
}

/** Probability that an arrival has to wait in M/M/c, from Erlang's B by its recursion. */
function erlangC(servers: number, load: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (load * blocking) / (k + load * blocking);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

const KINDS = ['exact', 'skip-ahead'] as const;

const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('M/M/c', () => {
  it.each([
    { servers: 1, utilization: 0.7 },
    { servers: 4, utilization: 0.8 },
    { servers: 64, utilization: 0.9 },
  ])(
    'waits as Erlang C says and is as busy as its load: $servers servers at $utilization',
    ({ servers, utilization }) => {
      const serviceMs = 10;
      const load = servers * utilization;
      const waited: number[] = [];
      const waitMs: number[] = [];
      const busy: number[] = [];
      for (const seed of seeds(30)) {
        const streams = new RandomStreams(seed);
        const spec = {
          ...SERVER,
          concurrency: servers,
          backlog: 100_000,
          serviceTime: { kind: 'exponential', mean: serviceMs } as const,
        };
        const server = new Server(spec, 0, streams, 'pod');
        const arrivals = streams.stream('arrivals');
        let nowMs = 0;
        let waits = 0;
        let totalMs = 0;
        let servedMs = 0;
        let fromMs = 0;
        const [warmUp, requests] = [5000, 20_000];
        for (let i = 0; i < warmUp + requests; i++) {
          nowMs += (arrivals.exponential() * serviceMs) / load;
          const endMs = server.accept(nowMs);
          if (i < warmUp) fromMs = nowMs;
          if (i < warmUp) continue;
          servedMs += endMs - server.startMs;
          if (server.startMs === nowMs) continue;
          waits++;
          totalMs += server.startMs - nowMs;
        }
        waited.push(waits / requests);
        waitMs.push(totalMs / requests);
        busy.push(servedMs / (servers * (nowMs - fromMs)));
      }
      expectMean(busy, utilization);
      expectMean(waited, erlangC(servers, load));
      expectMean(waitMs, (erlangC(servers, load) * serviceMs) / (servers - load));
    },
  );
});

/** Requests in flight at the end of each bin, averaged: Little's L. */
function meanInFlight({ series }: TrafficCounts): number {
  let inFlight = 0;
  let sum = 0;
  series.offered.forEach((offered, bin) => {
    const failed = Object.values(series.failedByClass).reduce(
      (total, column) => total + (column[bin] ?? 0),
      0,
    );
    inFlight += offered - (series.ok[bin] ?? 0) - failed;
    sum += inFlight;
  });
  return sum / series.offered.length;
}

describe.each(KINDS)('Little’s law, with the %s engine', (kind) => {
  it('holds: requests in flight = rate × time in the system, with the time from theory', () => {
    const [rateRps, servers, serviceMs, roundTripMs] = [160, 2, 10, 4];
    const load = (rateRps / 1000) * serviceMs;
    const timeMs = (erlangC(servers, load) * serviceMs) / (servers - load) + serviceMs + roundTripMs;
    const inFlight = seeds(20).map((seed) =>
      meanInFlight(
        engineOf({
          kind,
          traffic: { arrivals: 'poisson', rate: [{ atMs: 0, rateRps }] },
          clients: { connectionsEach: 1000, timeoutMs: 60_000 },
          server: {
            concurrency: servers,
            backlog: 1000,
            serviceTime: { kind: 'exponential', mean: serviceMs },
          },
          engine: { streams: new RandomStreams(seed), roundTripMs, binMs: 5 },
        }).finish(60_000),
      ),
    );
    // The empty start and the handshakes of the few new connections shift a run's average by less than 0.002.
    expectMean(inFlight, (rateRps / 1000) * timeMs);
  });
});

describe.each(KINDS)('a stale endpoint, with the %s engine', (kind) => {
  it('fails rate × share × gap of new connections (R-SRV-5)', () => {
    const [rateRps, pods, gapMs] = [2000, 20, 600];
    const failed = seeds(30).map((seed) => {
      const test = engineOf({
        kind,
        traffic: { arrivals: 'poisson', rate: [{ atMs: 0, rateRps }] },
        clients: { keepAlive: false, count: 10, connectionsEach: 64 },
        engine: { streams: new RandomStreams(seed), horizonMs: 2000 },
        pods,
      });
      test.engine.setServer(700, 3, 'draining');
      test.engine.setEndpoints(700 + gapMs, 0, {
        pods: Array.from({ length: pods }, (_, pod) => pod).filter((pod) => pod !== 3),
        whenEmpty: 'reject',
      });
      return test.finish(2500).failedByClass.refused ?? 0;
    });
    const expected = (rateRps * gapMs) / 1000 / pods;
    expectMean(failed, expected);
    // Poisson, so the variance is the mean: (n−1)·s²/σ² is chi-squared.
    const { squaredError } = moments(failed);
    const ratio = (squaredError * failed.length * (failed.length - 1)) / expected;
    expect(ratio).toBeLessThan(jstat.chisquare.inv(1 - FALSE_ALARM, failed.length - 1));
    expect(ratio).toBeGreaterThan(jstat.chisquare.inv(FALSE_ALARM, failed.length - 1));
  });
});

const opened = (series: { readonly newConnections: readonly number[] }): number =>
  series.newConnections.reduce((sum, count) => sum + count, 0);

describe.each(KINDS)('an engine with an event for each arrival and departure, and the %s one', (kind) => {
  const [rateRps, pods, horizonMs, roundTripMs] = [900, 5, 20_000, 2];

  interface Case {
    readonly clients: PlainOptions['clients'];
    readonly server: Pick<ServerSpec, 'concurrency' | 'backlog' | 'cpuPerRequestMs' | 'cpuLimitMilli'>;
    readonly refusing: readonly number[];
  }

  const freshConnections = { count: 1, connectionsEach: 5000, keepAlive: false, timeoutMs: 60_000 };
  const noCpuLimit = { cpuPerRequestMs: 0, cpuLimitMilli: null };

  /** Both engines on the same law: every new connection goes to a pod at random. */
  function both(settings: Case) {
    const server = { ...settings.server, serviceTime: { kind: 'lognormal', p50: 20, p99: 90 } as const };
    const { clients, refusing } = settings;
    const counts: TrafficCounts[] = [];
    const plain: PlainResult[] = [];
    for (const seed of seeds(16)) {
      const test = engineOf({
        kind,
        traffic: { arrivals: 'poisson', rate: [{ atMs: 0, rateRps }] },
        clients,
        server,
        engine: { streams: new RandomStreams(seed), horizonMs, roundTripMs },
        pods,
      });
      for (const pod of refusing) test.engine.setServer(0, pod, 'refusing');
      counts.push(test.finish(horizonMs));
      const streams = new RandomStreams(seed + 1000);
      plain.push(
        runPlain({ rateRps, clients, pods, refusing, server, roundTripMs, horizonMs, binMs: 100, streams }),
      );
    }
    return { engine: counts, plain };
  }

  function expectEqualTraffic({ engine, plain }: ReturnType<typeof both>): void {
    expectEqualMeans(
      engine.map((run) => run.ok),
      plain.map((run) => run.ok),
    );
    for (const name of ['p50', 'p90', 'p99'] as const) {
      expectEqualMeans(
        engine.map((run) => run.latencyMs[name]),
        plain.map((run) => run.latencyMs[name]),
      );
    }
    expectEqualMeans(
      engine.map((run) => (meanInFlight(run) * horizonMs) / run.ok),
      plain.map((run) => run.latencyMs.mean),
    );
  }

  it('gives the same throughput, latencies and requests in flight', () => {
    const server = { ...noCpuLimit, concurrency: 6, backlog: 1000 };
    expectEqualTraffic(both({ clients: freshConnections, server, refusing: [] }));
  });

  it('gives the same with kept-alive pools that are at times too small, and a CPU limit', () => {
    const clients = { count: 10, connectionsEach: 5, keepAlive: true, timeoutMs: 60_000 };
    const server = { concurrency: 20, backlog: 100, cpuPerRequestMs: 2, cpuLimitMilli: 1000 };
    const runs = both({ clients, server, refusing: [] });
    expectEqualTraffic(runs);
    // Every place of every pool is opened once and then kept.
    expect(new Set(runs.plain.map((run) => opened(run.series)))).toEqual(new Set([50]));
    const grown = runs.engine.map((run) => opened(run.series));
    // One of the engines has run for five seconds before it counts.
    if (kind === 'exact') expect(new Set(grown)).toEqual(new Set([50]));
    else expect(Math.max(...grown)).toBeLessThanOrEqual(50);
  });

  it('gives the same refusals and overflows', () => {
    const server = { ...noCpuLimit, concurrency: 4, backlog: 3 };
    const { engine, plain } = both({ clients: freshConnections, server, refusing: [1] });
    expectEqualMeans(
      engine.map((run) => run.failedByClass.refused ?? 0),
      plain.map((run) => run.failed.refused),
    );
    expectEqualMeans(
      engine.map((run) => run.failedByClass['http-5xx'] ?? 0),
      plain.map((run) => run.failed['http-5xx']),
    );
    expect(moments(plain.map((run) => run.failed['http-5xx'])).mean).toBeGreaterThan(1000);
  });
});
