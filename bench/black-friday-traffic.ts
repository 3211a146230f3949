/** Traffic like black-friday's at rest: 40 clients with 16 kept-alive connections each, 20 pods on 3 nodes. */
import { RandomStreams } from '../src/kernel/random.ts';
import type { ServerSpec } from '../src/model/data-plane.ts';
import { ExactEngine } from '../src/model/traffic/exact-engine.ts';
import type { Clients, Traffic } from '../src/scenario/scenario.ts';

export const PODS = 20;
const NODES = 3;
export const ROUND_TRIP_MS = 0.4;
export const BIN_MS = 100;

export const CLIENTS: Clients = {
  count: 40,
  connectionsEach: 16,
  keepAlive: true,
  reuse: 'lifo',
  timeoutMs: 2000,
  connectTimeoutMs: 2000,
  idleTimeoutMs: 0,
  requestsPerConnectionMax: 0,
  method: 'POST',
  retries: { max: 0, on: [], backoff: { baseMs: 0, capMs: 0 } },
};

export const BLACK_FRIDAY_SERVER: ServerSpec = {
  serviceTime: { kind: 'lognormal', p50: 20, p99: 90 },
  concurrency: 64,
  backlog: 128,
  overflow: 'http-5xx',
  keepAliveTimeoutMs: 75_000,
  cpuPerRequestMs: 0.7,
  cpuLimitMilli: 1000,
  coldStart: null,
  errorRate: 0,
};

function blackFridayTraffic(rateRps: number): Traffic {
  return {
    service: 'checkout-service',
    arrivals: 'poisson',
    rate: [{ atMs: 0, rateRps }],
    ramp: false,
    closed: null,
    path: { kind: 'kube-proxy' },
    clients: CLIENTS,
  };
}

/** An engine with all pods serving, ready to advance from 0 to `horizonMs`. */
export function blackFridayEngine(rateRps: number, horizonMs: number, seed: number): ExactEngine {
  const engine = new ExactEngine({
    traffic: blackFridayTraffic(rateRps),
    nodes: NODES,
    balancing: { algorithm: 'random', affinity: null },
    roundTripMs: ROUND_TRIP_MS,
    streams: new RandomStreams(seed),
    startMs: 0,
    recordFromMs: 0,
    horizonMs,
    binMs: BIN_MS,
    onFailure: () => undefined,
  });
  const pods = Array.from({ length: PODS }, (_, index) => index);
  for (const index of pods) {
    engine.addPod(0, { index, key: `pod-${index}`, node: index % NODES, server: BLACK_FRIDAY_SERVER });
    engine.setServer(0, index, 'serving');
  }
  for (let node = 0; node < NODES; node++) engine.setEndpoints(0, node, { pods, whenEmpty: 'reject' });
  return engine;
}
