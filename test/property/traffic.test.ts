/** What holds for either engine and every course of the world: conservation, independence of step sizes, R-INV-6. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/kernel/random.ts';
import type { FailureEvent, ServerSpec, ServerState, TrafficCounts } from '../../src/model/data-plane.ts';
import { ExactEngine } from '../../src/model/traffic/exact-engine.ts';
import { SkipAheadEngine } from '../../src/model/traffic/skip-ahead/skip-ahead-engine.ts';
import type { Clients, Traffic } from '../../src/scenario/scenario.ts';
import { CLIENTS, SERVER, trafficOf } from '../unit/model/traffic/engine-fixture.ts';

const NODES = 2;
const BIN_MS = 100;
const PODS_AT_START = 3;

interface EngineUnderTest {
  readonly name: string;
  readonly Engine: typeof ExactEngine | typeof SkipAheadEngine;
  /** When its traffic begins: the one that skips ahead needs time to settle before recording begins. */
  readonly startMs: number;
  /** How much earlier than those told before a failure may have ended: errors of requests nobody followed come by bins. */
  readonly lateMs: number;
  /** Users of a closed loop are followed one by one, always. */
  readonly closedLoops: boolean;
}

const ENGINES: readonly EngineUnderTest[] = [
  { name: 'exact', Engine: ExactEngine, startMs: -50, lateMs: 0, closedLoops: true },
  { name: 'skip-ahead', Engine: SkipAheadEngine, startMs: -1500, lateMs: BIN_MS, closedLoops: false },
];

type Call =
  | { readonly do: 'add-pod' }
  | { readonly do: 'set-server'; readonly pod: number; readonly state: ServerState }
  | { readonly do: 'end-process'; readonly pod: number }
  | {
      readonly do: 'endpoints';
      readonly node: number;
      readonly pods: readonly number[];
      readonly drop: boolean;
    };

interface Course {
  readonly clients: Partial<Clients>;
  readonly server: Partial<ServerSpec>;
  readonly closed: boolean;
  readonly roundTripMs: number;
  readonly affinity: boolean;
  readonly roundRobin: boolean;
  readonly rateRps: number;
  readonly seed: number;
  readonly calls: readonly { readonly afterMs: number; readonly call: Call }[];
}

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>({ do: 'add-pod' }),
  fc.record({
    do: fc.constant('set-server' as const),
    pod: fc.nat(5),
    state: fc.constantFrom<ServerState>('serving', 'serving', 'closing', 'draining', 'refusing', 'absent'),
  }),
  fc.record({ do: fc.constant('end-process' as const), pod: fc.nat(5) }),
  fc.record({
    do: fc.constant('endpoints' as const),
    node: fc.nat(NODES - 1),
    pods: fc.subarray([0, 1, 2, 3, 4, 5]),
    drop: fc.boolean(),
  }),
);

const retries = fc.record({
  max: fc.constantFrom(0, 0, 1, 3),
  on: fc.subarray<'connect' | 'reset' | 'timeout' | '5xx'>(['connect', 'reset', 'timeout', '5xx']),
  backoff: fc.constantFrom({ baseMs: 0, capMs: 0 }, { baseMs: 5, capMs: 50 }),
});

const course: fc.Arbitrary<Course> = fc.record({
  clients: fc.record({
    count: fc.integer({ min: 1, max: 5 }),
    connectionsEach: fc.integer({ min: 1, max: 8 }),
    keepAlive: fc.boolean(),
    reuse: fc.constantFrom('lifo' as const, 'fifo' as const, 'random' as const),
    timeoutMs: fc.constantFrom(3, 40, 400, 5000),
    connectTimeoutMs: fc.constantFrom(30, 4000),
    idleTimeoutMs: fc.constantFrom(0, 20),
    requestsPerConnectionMax: fc.constantFrom(0, 3),
    retries,
  }),
  server: fc.record({
    serviceTime: fc.constantFrom<ServerSpec['serviceTime']>(
      { kind: 'constant', value: 10 },
      { kind: 'lognormal', p50: 10, p99: 60 },
    ),
    concurrency: fc.integer({ min: 1, max: 4 }),
    backlog: fc.nat(4),
    overflow: fc.constantFrom('http-5xx' as const, 'drop' as const),
    keepAliveTimeoutMs: fc.constantFrom(0, 10),
    cpuPerRequestMs: fc.constantFrom(0, 3),
    cpuLimitMilli: fc.constantFrom(null, 800),
    coldStart: fc.constantFrom(null, { factor: 2, tauMs: 100 }),
    errorRate: fc.constantFrom(0, 0.1),
  }),
  closed: fc.boolean(),
  roundTripMs: fc.constantFrom(0, 0.4, 2, 20),
  affinity: fc.boolean(),
  roundRobin: fc.boolean(),
  rateRps: fc.constantFrom(50, 500, 1000),
  seed: fc.nat(),
  calls: fc.array(fc.record({ afterMs: fc.nat(100), call }), { maxLength: 25 }),
});

function traffic({ closed, clients, rateRps }: Course): Traffic {
  return trafficOf({
    clients: { ...CLIENTS, ...clients },
    traffic: closed
      ? { arrivals: 'closed', rate: [], closed: { users: 20, thinkTime: { kind: 'exponential', mean: 30 } } }
      : { arrivals: rateRps === 500 ? 'constant' : 'poisson', rate: [{ atMs: 0, rateRps }] },
  });
}

interface Run {
  readonly counts: TrafficCounts;
  readonly failures: readonly FailureEvent[];
  /** Endpoints of each node over time, latest last. */
  readonly endpoints: readonly {
    readonly fromMs: number;
    readonly node: number;
    readonly pods: readonly number[];
  }[];
}

/** Plays a course. @param stepMs further points to which the engine is advanced between the calls of the world */
function play(
  { Engine, startMs, closedLoops }: EngineUnderTest,
  course: Course,
  stepMs = Number.POSITIVE_INFINITY,
): Run {
  const failures: FailureEvent[] = [];
  const engine = new Engine({
    traffic: traffic({ ...course, closed: course.closed && closedLoops }),
    nodes: NODES,
    balancing: {
      algorithm: course.roundRobin ? 'round-robin' : 'random',
      affinity: course.affinity ? { timeoutMs: 200, addressesMax: 3 } : null,
    },
    roundTripMs: course.roundTripMs,
    streams: new RandomStreams(course.seed),
    startMs,
    recordFromMs: 0,
    horizonMs: 1e9,
    binMs: BIN_MS,
    onFailure: (failure) => failures.push({ ...failure }),
  });
  const endpoints: { fromMs: number; node: number; pods: readonly number[] }[] = [];
  const gone: boolean[] = [];
  const addPod = (nowMs: number): void => {
    const index = gone.push(false) - 1;
    engine.addPod(nowMs, {
      index,
      key: `pod-${index}`,
      node: index % NODES,
      server: { ...SERVER, ...course.server },
    });
    engine.setServer(nowMs, index, 'serving');
  };
  const setEndpoints = (nowMs: number, node: number, pods: readonly number[], drop: boolean): void => {
    endpoints.push({ fromMs: nowMs, node, pods });
    engine.setEndpoints(nowMs, node, { pods, whenEmpty: drop ? 'drop' : 'reject' });
  };
  for (let pod = 0; pod < PODS_AT_START; pod++) addPod(startMs);
  for (let node = 0; node < NODES; node++) setEndpoints(startMs, node, [0, 1, 2], false);
  let nowMs = startMs;
  let nextStepMs = startMs;
  const advanceTo = (timeMs: number): void => {
    for (; nextStepMs < timeMs; nextStepMs += stepMs) engine.advance(nextStepMs);
    nowMs = timeMs;
  };
  for (const { afterMs, call } of course.calls) {
    advanceTo(Math.max(nowMs, -50) + afterMs);
    if (call.do === 'add-pod') addPod(nowMs);
    else if (call.do === 'endpoints') {
      setEndpoints(
        nowMs,
        call.node,
        call.pods.filter((pod) => pod < gone.length),
        call.drop,
      );
    } else if (call.pod >= gone.length) continue;
    else if (call.do === 'end-process') engine.endProcess(nowMs, call.pod);
    else if (gone[call.pod] === false) {
      gone[call.pod] = call.state === 'absent';
      engine.setServer(nowMs, call.pod, call.state);
      expect(engine.drainedAtMs(nowMs, call.pod)).toBeGreaterThanOrEqual(nowMs);
    }
  }
  advanceTo(nowMs + 500);
  engine.finish(nowMs);
  return { counts: engine.counts(), failures, endpoints };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe.each(ENGINES)('the $name engine, whatever the world does', (engine) => {
  it('conserves requests, in total and in the series, and reports each failure once', () => {
    fc.assert(
      fc.property(course, (course) => {
        const { counts, failures } = play(engine, course);
        const failed = sum(Object.values(counts.failedByClass));
        expect(counts.offered).toBe(counts.ok + failed + counts.inFlight);
        expect(failures).toHaveLength(failed);
        expect(counts.failedNewConnections + counts.failedReusedConnections).toBe(failed);
        const { series } = counts;
        expect(sum(series.offered)).toBe(counts.offered);
        expect(sum(series.ok)).toBe(counts.ok);
        expect(sum(series.newConnections) + sum(series.reusedConnections)).toBe(counts.ok + failed);
        for (const name of Object.keys(counts.failedByClass) as (keyof typeof counts.failedByClass)[]) {
          expect(sum(series.failedByClass[name] ?? [])).toBe(counts.failedByClass[name]);
        }
      }),
      { seed: 20_261, numRuns: 400 },
    );
  });

  it('tells failures in the order of their ends, within the attempts and times that the clients allow', () => {
    fc.assert(
      fc.property(course, (course) => {
        const { failures } = play(engine, course);
        const { timeoutMs, retries } = { ...CLIENTS, ...course.clients };
        let endedMs = Number.NEGATIVE_INFINITY;
        for (const failure of failures) {
          expect(failure.endedMs).toBeGreaterThanOrEqual(endedMs - engine.lateMs);
          endedMs = Math.max(endedMs, failure.endedMs);
          expect(failure.attempts).toBeLessThanOrEqual(1 + retries.max);
          expect(failure.sentMs).toBeGreaterThanOrEqual(failure.arrivedMs);
          expect(failure.connectionOpenedMs).toBeLessThanOrEqual(failure.endedMs);
          expect(failure.queuedMs).toBeGreaterThanOrEqual(0);
          if (failure.attempts === 1) {
            expect(failure.endedMs - failure.arrivedMs).toBeLessThanOrEqual(timeoutMs + 1e-6);
          }
        }
      }),
      { seed: 20_262, numRuns: 200 },
    );
  });

  it('gives the same bytes however the time is cut into steps', () => {
    fc.assert(
      fc.property(course, fc.double({ min: 0.05, max: 40, noNaN: true }), (course, stepMs) => {
        const whole = play(engine, course);
        const cut = play(engine, course, stepMs);
        expect(JSON.stringify(cut.counts)).toBe(JSON.stringify(whole.counts));
        expect(JSON.stringify(cut.failures)).toBe(JSON.stringify(whole.failures));
      }),
      { seed: 20_263, numRuns: 150 },
    );
  });

  it('opens no connection to a pod that is not among the node’s endpoints (R-INV-6)', () => {
    let checked = 0;
    fc.assert(
      fc.property(course, (course) => {
        // Every answer is an error, so that each connection shows up in a failure, unless its request was cut.
        const { failures, endpoints } = play(engine, {
          ...course,
          server: { ...course.server, errorRate: 1 },
        });
        for (const { pod, clientNode, connectionOpenedMs } of failures) {
          if (pod < 0) continue;
          // When a request that nobody followed was sent is known to the bin.
          const own = endpoints.filter(
            ({ node, fromMs }) => node === clientNode && fromMs < connectionOpenedMs + engine.lateMs,
          );
          const before = own.findLastIndex(({ fromMs }) => fromMs < connectionOpenedMs - engine.lateMs);
          expect(own.slice(Math.max(0, before)).flatMap(({ pods }) => pods)).toContain(pod);
          checked++;
        }
      }),
      { seed: 20_264, numRuns: 150 },
    );
    expect(checked).toBeGreaterThan(1000);
  });
});
