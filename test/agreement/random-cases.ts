/** Random scenarios for the agreement of the engines: rollouts of anything under traffic of many kinds. */
import * as fc from 'fast-check';
import { ROLL_OUT, type Fields, type SmallScenario } from '../unit/model/small-scenario.ts';

const SEED = 20_264;
const RANDOM_CASES = 24;

const PROBE: Fields = { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 };

const containers = fc.record({
  probes: fc.constantFrom<Fields>({ readinessProbe: PROBE }, { readinessProbe: PROBE }, {}),
  hook: fc.constantFrom<Fields>(
    {},
    {},
    { lifecycle: { preStop: { sleep: { seconds: 2 } } } },
    { lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'kill -TERM 1; sleep 4'] } } } },
  ),
  resources: fc.constantFrom<Fields>(
    {},
    { resources: { requests: { cpu: '200m' }, limits: { cpu: '500m' } } },
    { resources: { requests: { cpu: '200m' }, limits: { cpu: '1' } } },
  ),
});

const workloads = fc.record({
  boot: fc.constantFrom<unknown>('500ms', '3s', { lognormal: { p50: '2s', p99: '6s' } }),
  serviceTime: fc.constantFrom<unknown>(
    '20ms',
    { lognormal: { p50: '8ms', p99: '60ms' } },
    { lognormal: { p50: '20ms', p99: '90ms' } },
    { exponential: { mean: '15ms' } },
  ),
  cpuPerRequest: fc.constantFrom('1ms', '2ms'),
  onSigterm: fc.record({
    style: fc.constantFrom('exit', 'stop-accept', 'lame-duck', 'lame-duck', 'ignore'),
    drainMax: fc.constantFrom('2s', '30s'),
    lameDuck: fc.constantFrom('1s', '4s'),
    closeHeader: fc.boolean(),
  }),
  keepAliveTimeout: fc.constantFrom('2s', '75s', '0s'),
  coldStart: fc.constantFrom<unknown>(undefined, undefined, { factor: 4, tau: '2s' }),
  errorRate: fc.constantFrom(0, 0, 0.001),
});

const rates = fc.constantFrom<unknown>(300, 900, [
  { at: '0s', rate: 200 },
  { at: '30s', rate: 900 },
]);

const traffics = fc.record({
  rate: rates,
  arrivals: fc.constantFrom('poisson', 'poisson', 'constant'),
  clients: fc.record({
    count: fc.constantFrom(3, 8, 40),
    connectionsEach: fc.constantFrom(8, 32, 100),
    keepAlive: fc.constantFrom(true, true, false),
    reuse: fc.constantFrom('lifo', 'lifo', 'fifo', 'random'),
    timeout: fc.constantFrom('500ms', '2s'),
    idleTimeout: fc.constantFrom('60s', '1s', '0s'),
    requestsPerConnection: fc.constantFrom(0, 0, 100),
    retries: fc.constantFrom<Fields>({ max: 0 }, { max: 0 }, { max: 2, on: ['connect', 'reset'] }),
  }),
});

const cases: fc.Arbitrary<SmallScenario> = fc
  .record({
    replicas: fc.constantFrom(2, 4, 8),
    nodes: fc.constantFrom(1, 3),
    mode: fc.constantFrom<NonNullable<SmallScenario['mode']>>('iptables', 'iptables', 'ipvs'),
    affinity: fc.constantFrom(false, false, true),
    strategy: fc.constantFrom<Fields>(
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      { type: 'Recreate' },
    ),
    container: containers,
    workload: workloads,
    traffic: traffics,
  })
  .map(({ replicas, nodes, mode, affinity, strategy, container, workload, traffic }) => {
    const { coldStart, ...web } = workload;
    return {
      replicas,
      nodes,
      mode,
      strategy,
      container: { ...container.probes, ...container.hook, ...container.resources },
      service: affinity ? { sessionAffinity: 'ClientIP' } : {},
      workload: { ...web, concurrency: 32, backlog: 64, ...(coldStart === undefined ? {} : { coldStart }) },
      rate: traffic.rate,
      traffic: { arrivals: traffic.arrivals },
      clients: traffic.clients,
      changes: [ROLL_OUT],
      durationSeconds: 300,
    };
  });

/** The same ones every time. */
export const randomCases: readonly SmallScenario[] = fc.sample(cases, { seed: SEED, numRuns: RANDOM_CASES });

/** What makes one of them what it is, in a line. */
export function describeRandomCase(small: SmallScenario): string {
  const { replicas, nodes, mode, strategy, container, service, workload, rate, traffic, clients } = small;
  return JSON.stringify({
    replicas,
    nodes,
    mode,
    strategy,
    container,
    service,
    workload,
    rate,
    traffic,
    clients,
  });
}
