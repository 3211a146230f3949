/** Requests per second of the exact engine beside the plain engine, in one process and on one core. */
import { Bench } from 'tinybench';
import { RandomStreams } from '../src/kernel/random.ts';
import {
  BIN_MS,
  BLACK_FRIDAY_SERVER,
  blackFridayEngine,
  CLIENTS,
  PODS,
  ROUND_TRIP_MS,
} from './black-friday-traffic.ts';
import { runPlain } from './event-per-request-engine.ts';
import { atLeast, type Goal } from './goal.ts';

const RATE_RPS = 10_000;
const HORIZON_MS = 60_000;

export const TRAFFIC_TEXT: string = [
  `Traffic of black-friday at rest: ${RATE_RPS} requests/s from ${CLIENTS.count} clients with`,
  `${CLIENTS.connectionsEach} kept-alive connections each to ${PODS} pods on 3 nodes, log-normal service time`,
  `(p50 20 ms, p99 90 ms), ${HORIZON_MS / 1000} simulated seconds a run.`,
].join(' ');

export interface EngineSpeed {
  readonly name: string;
  /** Of the median run. */
  readonly requestsPerSecond: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly runs: number;
}

function runExact(): number {
  const engine = blackFridayEngine(RATE_RPS, HORIZON_MS, 1);
  engine.finish(HORIZON_MS);
  return engine.counts().offered;
}

function runEventPerRequest(roundTripMs: number): number {
  return runPlain({
    rateRps: RATE_RPS,
    clients: CLIENTS,
    pods: PODS,
    refusing: [],
    server: BLACK_FRIDAY_SERVER,
    roundTripMs,
    horizonMs: HORIZON_MS,
    binMs: BIN_MS,
    streams: new RandomStreams(1),
  }).offered;
}

export async function measureSpeed(): Promise<readonly EngineSpeed[]> {
  const engines = [
    { name: 'exact engine', run: runExact },
    { name: 'event per arrival and departure', run: () => runEventPerRequest(ROUND_TRIP_MS) },
    { name: 'the same without a wire between', run: () => runEventPerRequest(0) },
  ];
  const bench = new Bench({ time: 6000, warmupTime: 1000, warmupIterations: 2, iterations: 8 });
  const offered = engines.map(() => 0);
  engines.forEach(({ name, run }, index) =>
    bench.add(name, () => {
      offered[index] = run();
    }),
  );
  await bench.run();
  return bench.tasks.map(({ name, result }, index) => {
    if (result.state !== 'completed') throw new Error(`${name} did not run: ${result.state}`);
    const perSecond = (ms: number): number => Math.round(((offered[index] ?? 0) * 1000) / ms);
    return {
      name,
      requestsPerSecond: perSecond(result.latency.p50),
      fastest: perSecond(result.latency.min),
      slowest: perSecond(result.latency.max),
      runs: result.latency.samplesCount,
    };
  });
}

export function speedGoal(requestsPerSecond: number): Goal {
  return atLeast('requests a second of the exact engine on one core, median', 'npm run bench -- engines', {
    value: requestsPerSecond / 1e6,
    limit: 4,
    format: (value) => `${value.toFixed(2)} million`,
  });
}
