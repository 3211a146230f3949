/** A traffic engine in few words, for tests: one client node unless said otherwise, every setting overridable. */
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type {
  CountingEngine,
  FailureEvent,
  ServerSpec,
  TrafficCounts,
} from '../../../../src/model/data-plane.ts';
import { ExactEngine } from '../../../../src/model/traffic/exact-engine.ts';
import type { TrafficOptions } from '../../../../src/model/traffic/request-loop.ts';
import { SkipAheadEngine } from '../../../../src/model/traffic/skip-ahead/skip-ahead-engine.ts';
import type { Clients, Traffic } from '../../../../src/scenario/scenario.ts';

export const SERVER: ServerSpec = {
  serviceTime: { kind: 'constant', value: 10 },
  concurrency: 64,
  backlog: 128,
  overflow: 'http-5xx',
  keepAliveTimeoutMs: 0,
  cpuPerRequestMs: 0,
  cpuLimitMilli: null,
  coldStart: null,
  errorRate: 0,
};

export const CLIENTS: Clients = {
  count: 1,
  connectionsEach: 16,
  keepAlive: true,
  reuse: 'lifo',
  timeoutMs: 2000,
  connectTimeoutMs: 1000,
  idleTimeoutMs: 0,
  requestsPerConnectionMax: 0,
  method: 'POST',
  retries: { max: 0, on: [], backoff: { baseMs: 0, capMs: 0 } },
};

/** Both implementations of the interface, for tests that hold for either. */
const ENGINES = { exact: ExactEngine, 'skip-ahead': SkipAheadEngine } as const;

export interface Setup {
  /** Default: exact. The other one settles for five seconds before it records. */
  readonly kind?: 'exact' | 'skip-ahead';
  readonly clients?: Partial<Clients>;
  readonly traffic?: Partial<Traffic>;
  readonly engine?: Partial<TrafficOptions>;
  readonly server?: Partial<ServerSpec>;
  /** Pods that serve from the start, listed on every node; pod i lies on node i modulo the number of nodes. */
  readonly pods?: number;
}

export interface TestEngine {
  readonly engine: CountingEngine;
  readonly failures: FailureEvent[];
  finish(atMs: number): TrafficCounts;
}

/** Constant arrivals by default, so that times can be told: with 100 rps at 10, 20, 30 … ms. */
export function trafficOf(setup: Setup): Traffic {
  return {
    service: 'app',
    arrivals: 'constant',
    rate: [{ atMs: 0, rateRps: 100 }],
    ramp: false,
    closed: null,
    path: { kind: 'kube-proxy' },
    clients: { ...CLIENTS, ...setup.clients },
    ...setup.traffic,
  };
}

export function engineOf(setup: Setup = {}): TestEngine {
  const failures: FailureEvent[] = [];
  const options: TrafficOptions = {
    traffic: trafficOf(setup),
    nodes: 1,
    balancing: { algorithm: 'random', affinity: null },
    roundTripMs: 2,
    streams: new RandomStreams(1),
    startMs: setup.kind === 'skip-ahead' ? -5000 : 0,
    recordFromMs: 0,
    horizonMs: 60_000,
    binMs: 100,
    onFailure: (failure) => failures.push({ ...failure }),
    ...setup.engine,
  };
  const engine = new ENGINES[setup.kind ?? 'exact'](options);
  const pods = Array.from({ length: setup.pods ?? 1 }, (_, index) => index);
  for (const index of pods) {
    engine.addPod(options.startMs, {
      index,
      key: `pod-${index}`,
      node: index % options.nodes,
      server: { ...SERVER, ...setup.server },
    });
    engine.setServer(options.startMs, index, 'serving');
  }
  for (let node = 0; node < options.nodes; node++)
    engine.setEndpoints(options.startMs, node, { pods, whenEmpty: 'reject' });
  return {
    engine,
    failures,
    finish: (atMs) => {
      engine.finish(atMs);
      return engine.counts();
    },
  };
}
