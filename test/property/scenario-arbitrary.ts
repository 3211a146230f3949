/**
 * Small valid scenarios of any kind for properties of the whole world: every one passes the loader, and its run
 * takes some ten milliseconds. Latencies are bounded, so that properties can say by when something must have happened.
 */
import * as fc from 'fast-check';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ROLL_OUT, type Fields, type SmallScenario } from '../unit/model/small-scenario.ts';

/** No API call, watch, sync … takes longer than these, in milliseconds, times the profile's scale (1 to 4). */
export const LONGEST_MS = {
  apiCall: 30,
  watch: 25,
  controllerSync: 5,
  schedule: 20,
  containerStart: 1500,
  containerRestart: 500,
  imagePullCheck: 100,
  imagePull: 500,
  kubeletSync: 60,
  killReaction: 50,
  podRemoval: 1500,
  proxySync: 100,
  signalReaction: 25,
} as const;

const SCALE_MAX = 4;

function boundedLatencies(scale: number): Fields {
  const latencies = Object.fromEntries(
    Object.entries(LONGEST_MS).map(([name, max]) => [name, { kind: 'uniform', min: 0, max: max * scale }]),
  );
  return {
    name: 'bounded',
    uncertainty: 0,
    latencies: {
      ...latencies,
      startWork: { kind: 'constant', value: 0 },
      networkRoundTrip: { kind: 'constant', value: 0.4 },
    },
  };
}

const PROBE: Fields = { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 };
const PROBES: readonly Fields[] = [
  {},
  { readinessProbe: PROBE },
  { readinessProbe: { ...PROBE, periodSeconds: 3 } },
  { startupProbe: { ...PROBE, failureThreshold: 60 }, readinessProbe: PROBE, livenessProbe: PROBE },
  { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2 } },
];

const hookSeconds: fc.Arbitrary<number> = fc.constantFrom(1, 3, 6, 12);
const sleepHook = (seconds: number): Fields => ({ lifecycle: { preStop: { sleep: { seconds } } } });
const hooks: fc.Arbitrary<Fields> = fc.oneof(
  fc.constant<Fields>({}),
  hookSeconds.map(sleepHook),
  hookSeconds.map((seconds) => ({
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', `kill -TERM 1; sleep ${seconds}`] } } },
  })),
);

const durations: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('0s', '1ms', '20ms'),
  fc.constant({ lognormal: { p50: '8ms', p99: '60ms' } }),
  fc.constant({ exponential: { mean: '15ms' } }),
);
const boots: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('0s', '500ms', '4s'),
  fc.constant({ lognormal: { p50: '2s', p99: '8s' } }),
  fc.constant({ uniform: { min: '1s', max: '6s' } }),
);
const sigterms: fc.Arbitrary<Fields> = fc.record({
  style: fc.constantFrom('exit', 'stop-accept', 'lame-duck', 'ignore'),
  drainMax: fc.constantFrom('0s', '2s', '30s'),
  lameDuck: fc.constantFrom('0s', '1s', '8s'),
  failReadiness: fc.boolean(),
  closeHeader: fc.boolean(),
});

const bound = (replicas: number): fc.Arbitrary<number | string> =>
  fc.oneof(fc.integer({ min: 0, max: replicas + 2 }), fc.constantFrom('0%', '25%', '50%', '100%'));

const percentAtMost100 = (replicas: number): fc.Arbitrary<number | string> =>
  fc.oneof(fc.integer({ min: 0, max: replicas }), fc.constantFrom('0%', '25%', '50%', '100%'));

function strategies(replicas: number): fc.Arbitrary<Fields> {
  return fc
    .record({ maxSurge: bound(replicas), maxUnavailable: percentAtMost100(replicas) })
    .filter(({ maxSurge, maxUnavailable }) => !(isZero(maxSurge) && isZero(maxUnavailable)))
    .map((rollingUpdate) => ({ type: 'RollingUpdate', rollingUpdate }));
}

function isZero(value: number | string): boolean {
  return value === 0 || value === '0%';
}

const clients: fc.Arbitrary<Fields> = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  connectionsEach: fc.integer({ min: 1, max: 30 }),
  keepAlive: fc.boolean(),
  reuse: fc.constantFrom('lifo', 'fifo', 'random'),
  timeout: fc.constantFrom('50ms', '500ms', '2s'),
  idleTimeout: fc.constantFrom('0s', '300ms', '60s'),
  requestsPerConnection: fc.constantFrom(0, 0, 1, 7),
  method: fc.constantFrom('GET', 'POST'),
  retries: fc.record({
    max: fc.constantFrom(0, 0, 1, 3),
    on: fc.constant(['connect', 'reset', 'timeout', '5xx']),
  }),
});

/** What varies without the shape of the cluster. */
const surroundings = {
  nodes: fc.integer({ min: 1, max: 4 }),
  mode: fc.constantFrom<NonNullable<SmallScenario['mode']>>('iptables', 'nftables', 'ipvs'),
  scale: fc.integer({ min: 1, max: SCALE_MAX }),
  minReadySeconds: fc.constantFrom(0, 0, 0, 2, 5),
  graceSeconds: fc.constantFrom(0, 1, 5, 30),
  probes: fc.constantFrom(...PROBES),
  hook: hooks,
  affinity: fc.boolean(),
  boot: boots,
  serviceTime: durations,
  onSigterm: sigterms,
  concurrency: fc.integer({ min: 1, max: 16 }),
  backlog: fc.integer({ min: 0, max: 8 }),
  overflow: fc.constantFrom('http-5xx', 'drop'),
  keepAliveTimeout: fc.constantFrom('0s', '200ms', '75s'),
  errorRate: fc.constantFrom(0, 0, 0.02),
  rate: fc.integer({ min: 20, max: 200 }),
  arrivals: fc.constantFrom('poisson', 'constant', 'closed'),
  clients,
};

type Surroundings = {
  [K in keyof typeof surroundings]: (typeof surroundings)[K] extends fc.Arbitrary<infer T> ? T : never;
};

function describe(replicas: number, strategy: Fields, around: Surroundings): SmallScenario {
  const {
    nodes,
    mode,
    minReadySeconds,
    graceSeconds,
    boot,
    serviceTime,
    onSigterm,
    clients: callers,
  } = around;
  const { concurrency, backlog, overflow, keepAliveTimeout, errorRate, rate, arrivals } = around;
  const closed = { users: Math.ceil(rate / 5), thinkTime: { exponential: { mean: '200ms' } } };
  return {
    nodes,
    mode,
    replicas,
    strategy,
    minReadySeconds,
    graceSeconds,
    profile: boundedLatencies(around.scale),
    container: { ...around.probes, ...around.hook },
    service: around.affinity ? { sessionAffinity: 'ClientIP' } : {},
    workload: { boot, serviceTime, onSigterm, concurrency, backlog, overflow, keepAliveTimeout, errorRate },
    rate,
    traffic: arrivals === 'closed' ? { arrivals, closed } : { arrivals },
    clients: callers,
    changes: [ROLL_OUT],
    durationSeconds: 1200,
  };
}

/** A fault-free rolling update of anything. */
export const smallRollouts: fc.Arbitrary<SmallScenario> = fc
  .integer({ min: 1, max: 12 })
  .chain((replicas) =>
    fc
      .record({ strategy: strategies(replicas), around: fc.record(surroundings) })
      .map(({ strategy, around }) => describe(replicas, strategy, around)),
  );

export const seeds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 1_000_000 });

/** The scale of the profile of a scenario from here. */
export function scaleOf({ profile }: Scenario): number {
  const watch = profile.latencies.watch;
  if (watch.kind !== 'uniform') throw new Error('the profile is not one of these');
  return watch.max / LONGEST_MS.watch;
}
