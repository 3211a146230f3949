/**
 * A pod's own queue against the request loop: both get the same requests at the same times and draw the same service
 * times, so that every single request has to end in the same way at the same time.
 */
import { describe, expect, it } from 'vitest';
import { RandomStreams, type RandomStream } from '../../../../../src/kernel/random.ts';
import type { FailureEvent, ServerSpec, TrafficCounts } from '../../../../../src/model/data-plane.ts';
import { unitGaps } from '../../../../../src/model/traffic/draws.ts';
import { RateProfile } from '../../../../../src/model/traffic/rate-profile.ts';
import {
  RequestLoop,
  type ArrivalSource,
  type TrafficOptions,
} from '../../../../../src/model/traffic/request-loop.ts';
import { HotClient } from '../../../../../src/model/traffic/skip-ahead/hot-client.ts';
import { isOnlyOn } from '../../../../../src/model/traffic/skip-ahead/hot-pool.ts';
import { HotQueue } from '../../../../../src/model/traffic/skip-ahead/hot-queue.ts';
import type { Clients } from '../../../../../src/scenario/scenario.ts';
import { SERVER, trafficOf } from '../engine-fixture.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Requests come up to here; the loop alone follows them before the first time and after the second. */
const ARRIVALS_END_MS = 4000;
const TAKEN_MS = 500;
const RELEASED_MS = 3300;
const END_MS = 12_000;

interface Arrival {
  readonly client: number;
  readonly atMs: number;
}

interface Case {
  readonly clients: Partial<Clients>;
  readonly server: Partial<ServerSpec>;
  readonly rateRps: number;
  readonly roundTripMs?: number;
  readonly binMs?: number;
}

/** Requests at given times, of which the rest may be withheld. */
class Replay implements ArrivalSource {
  readonly #arrivals: readonly Arrival[];
  #at = 0;

  constructor(arrivals: readonly Arrival[]) {
    this.#arrivals = arrivals;
  }

  get nextMs(): number {
    return this.#arrivals[this.#at]?.atMs ?? NEVER;
  }

  arrive(clients: RequestLoop['clients']): void {
    const { client, atMs } = this.#arrivals[this.#at++] as Arrival;
    clients.arrive(atMs, client);
  }
}

interface Run {
  readonly loop: RequestLoop;
  readonly failures: FailureEvent[];
  readonly options: TrafficOptions;
}

/** @param follow told before each bin ends */
function runOf(setup: Case, arrivals: readonly Arrival[], follow?: (binEndMs: number) => void): Run {
  const failures: FailureEvent[] = [];
  const options: TrafficOptions = {
    traffic: trafficOf({
      clients: { count: 2, ...setup.clients },
      traffic: { arrivals: 'poisson', rate: [{ atMs: 0, rateRps: setup.rateRps }] },
    }),
    nodes: 1,
    balancing: { algorithm: 'random', affinity: { timeoutMs: 10_800_000, addressesMax: 100 } },
    roundTripMs: setup.roundTripMs ?? 2,
    streams: new RandomStreams(7),
    startMs: 0,
    recordFromMs: 100,
    horizonMs: ARRIVALS_END_MS,
    binMs: setup.binMs ?? 100,
    onFailure: (failure) => failures.push({ ...failure }),
  };
  const loop = new RequestLoop(options, new Replay(arrivals), follow);
  loop.servers.addPod(0, 'pod', 0, { ...SERVER, ...setup.server });
  loop.servers.setState(0, 0, 'serving', true);
  loop.parts.balancers[0]?.setEndpoints({ pods: [0], whenEmpty: 'reject' });
  return { loop, failures, options };
}

function nobody(_binEndMs: number): void {
  // Nothing but the loop follows requests.
}

function exponentialGaps(setup: Case, random: RandomStream, client: number, fromMs: number, toMs: number) {
  const arrivals: Arrival[] = [];
  const perMs = setup.rateRps / 1000 / 2;
  for (let atMs = fromMs; ;) {
    atMs += random.exponential() / perMs;
    if (atMs > toMs) return arrivals;
    arrivals.push({ client, atMs });
  }
}

const inOrder = (arrivals: readonly Arrival[]): Arrival[] =>
  arrivals.toSorted((a, b) => a.atMs - b.atMs || a.client - b.client);

/** What the loop follows, whoever is in the queue from the one time to the other. */
function arrivalsOutside(setup: Case, streams: RandomStreams, inQueue: readonly number[]): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const client of [0, 1]) {
    const untilMs = inQueue.includes(client) ? TAKEN_MS : RELEASED_MS;
    const after = streams.stream('after', client);
    arrivals.push(...exponentialGaps(setup, streams.stream('before', client), client, 0, untilMs));
    arrivals.push(...exponentialGaps(setup, after, client, RELEASED_MS, ARRIVALS_END_MS));
  }
  return inOrder(arrivals);
}

/** The same run twice: with the queue, which draws its own arrivals, and with the loop, which gets just those. */
function both(
  setup: Case,
  inQueue: readonly number[],
): [TrafficCounts, TrafficCounts, FailureEvent[], FailureEvent[]] {
  const streams = new RandomStreams(3);
  const outside = arrivalsOutside(setup, streams, inQueue);
  let follow = nobody;
  const { loop, failures, options } = runOf(setup, outside, (binEndMs) => {
    follow(binEndMs);
  });
  // Written down as they join the line; those that waited already have come from outside.
  const drawn: Arrival[] = [];
  const profile = new RateProfile(options.traffic, options.horizonMs);
  const queue = new HotQueue(0, {
    loop,
    clients: options.traffic.clients,
    profile,
    gaps: unitGaps(streams.stream('hot-queue')),
    ends: new Uint8Array(loop.parts.connections.size),
    memberOf: (client) => {
      const { each, freeMs } = loop.parts.connections;
      const member = new HotClient(client, each, freeMs);
      const { waiting } = member;
      const push = waiting.push.bind(waiting);
      waiting.push = (atMs) => {
        if (atMs > TAKEN_MS) drawn.push({ client, atMs });
        push(atMs);
      };
      return member;
    },
  });
  loop.advance(TAKEN_MS);
  let nowMs = TAKEN_MS;
  for (const client of inQueue) {
    while (!isOnlyOn(0, loop.parts, client, nowMs)) loop.advance((nowMs += 1));
    queue.advance(nowMs);
    queue.take(client, nowMs);
  }
  follow = (binEndMs) => {
    queue.advance(binEndMs);
  };
  loop.advance(RELEASED_MS);
  queue.advance(RELEASED_MS);
  expect(queue.clients).toEqual(inQueue);
  queue.release(RELEASED_MS);
  follow = nobody;
  const exact = runOf(setup, inOrder([...outside, ...drawn]));
  return [loop.finish(END_MS), exact.loop.finish(END_MS), failures, exact.failures];
}

/** By their arrivals, since the queue tells some of a bin's failures late; times without their last bits. */
function told(failures: readonly FailureEvent[]): unknown[][][] {
  return failures
    .map((failure) =>
      Object.entries(failure)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [name, typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value]),
    )
    .toSorted((a, b) => Number(a[0]?.[1]) - Number(b[0]?.[1]));
}

function expectEqual([queued, exact, queuedFailures, exactFailures]: ReturnType<typeof both>): void {
  expect(told(queuedFailures)).toEqual(told(exactFailures));
  expect(queued).toEqual(exact);
  expect(exact.ok).toBeGreaterThan(200);
}

const EXPONENTIAL = { kind: 'exponential', mean: 20 } as const;

describe.each<[string, Case, readonly string[]]>([
  [
    'workers and queue are full, and it refuses',
    {
      clients: { connectionsEach: 16 },
      server: { serviceTime: EXPONENTIAL, concurrency: 4, backlog: 8 },
      rateRps: 400,
    },
    ['http-5xx overflow'],
  ],
  [
    'workers and queue are full, and it reads no more',
    {
      clients: { connectionsEach: 16, timeoutMs: 300 },
      server: { serviceTime: EXPONENTIAL, concurrency: 4, backlog: 8, overflow: 'drop' },
      rateRps: 400,
    },
    ['request-timeout deadline', 'request-timeout overflow'],
  ],
  [
    'its CPU is',
    {
      clients: { connectionsEach: 8, timeoutMs: 700 },
      server: { serviceTime: EXPONENTIAL, cpuPerRequestMs: 2, cpuLimitMilli: 500 },
      rateRps: 500,
    },
    ['http-5xx overflow', 'request-timeout deadline'],
  ],
  [
    'its own idle timeout is short, and the wire long',
    {
      clients: { connectionsEach: 6 },
      server: { serviceTime: EXPONENTIAL, keepAliveTimeoutMs: 40 },
      rateRps: 200,
      roundTripMs: 10,
    },
    ['eof idle-race', 'reset idle-race'],
  ],
  [
    'the clients close what is idle, and the wire is long',
    {
      clients: { connectionsEach: 12, idleTimeoutMs: 30, timeoutMs: 120 },
      server: { serviceTime: EXPONENTIAL, cpuPerRequestMs: 4, cpuLimitMilli: 1000 },
      rateRps: 235,
      roundTripMs: 10,
    },
    ['request-timeout deadline'],
  ],
])('a pod’s own queue where %s', (_, setup, wanted) => {
  it('ends every request as the request loop does', () => {
    expectEqual(both(setup, [0, 1]));
    const mechanisms = both(setup, [0, 1])[3].map((one) => `${one.class} ${one.mechanism}`);
    expect([...new Set(mechanisms)].toSorted()).toEqual(wanted);
  });

  it('does so while the loop follows another client of the pod', () => {
    // The queue looks ahead by a crossing of the wire at the end of a bin: one bin for all.
    expectEqual(both({ ...setup, binMs: END_MS }, [1]));
  });
});

describe('a pool that a pod’s own queue can follow', () => {
  it('has no connection elsewhere that is still in use', () => {
    const { loop } = runOf({ clients: {}, server: {}, rateRps: 100 }, [{ client: 0, atMs: 0 }]);
    loop.servers.addPod(1, 'other', 0, SERVER);
    expect(isOnlyOn(1, loop.parts, 0, 0)).toBe(true);
    // The handshake, then the request, are under way; answered after 10 ms and four crossings.
    loop.advance(2.5);
    expect(isOnlyOn(0, loop.parts, 0, 2.5)).toBe(false);
    loop.advance(20);
    expect([0, 1].map((pod) => isOnlyOn(pod, loop.parts, 0, 20))).toEqual([true, false]);
    // The client learns that the pod has closed it.
    loop.servers.setState(20, 0, 'draining', false);
    expect([20.5, 21].map((ms) => isOnlyOn(1, loop.parts, 0, ms))).toEqual([false, true]);
  });
});
