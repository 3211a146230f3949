import { describe, expect, it } from 'vitest';
import { engineOf, SERVER, type Setup, type TestEngine } from './engine-fixture.ts';

/** One request each 100 ms, at 100, 200, 300 … */
const SLOW = { rate: [{ atMs: 0, rateRps: 10 }] };

/** The same over a wire that takes 10 ms each way. */
const FAR: Setup = { traffic: SLOW, engine: { roundTripMs: 20 } };

function outcomes({ failures }: TestEngine): string[] {
  return failures.map((failure) => `${failure.class} ${failure.mechanism} ${Math.round(failure.endedMs)}`);
}

const newOnes = (clients: NonNullable<Setup['clients']>): number =>
  engineOf({ traffic: SLOW, clients })
    .finish(1050)
    .series.newConnections.reduce((sum, count) => sum + count, 0);

describe('a request that goes well', () => {
  it('takes a handshake more on a new connection than on a kept one', () => {
    const counts = engineOf({ traffic: SLOW }).finish(1000);
    expect(counts).toMatchObject({ offered: 10, ok: 9, inFlight: 1 });
    expect(counts.series.newConnections).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(counts.series.reusedConnections).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(counts.series.latencyP50Ms[0]).toBeNull();
    expect(counts.series.latencyP50Ms[1]).toBeCloseTo(14, 0);
    expect(counts.series.latencyP50Ms[2]).toBeCloseTo(12, 0);
  });

  it('is not counted when it arrived before recording began, but is served', () => {
    const test = engineOf({ traffic: SLOW, engine: { recordFromMs: 500 } });
    const counts = test.finish(995);
    // Arrivals at 500, 600 … 900; the connection of the first one is older.
    expect(counts).toMatchObject({ offered: 5, ok: 5, inFlight: 0 });
    expect(counts.series.newConnections).toEqual([0, 0, 0, 0, 0]);
  });

  it('opens a connection each time without keep-alive, and after the most that one may carry', () => {
    expect(newOnes({ keepAlive: false })).toBe(10);
    expect(newOnes({ requestsPerConnectionMax: 3 })).toBe(4);
    expect(newOnes({})).toBe(1);
  });
});

describe('a client’s pool (R-CLI-1)', () => {
  it('sends what waited as soon as the only connection has its answer', () => {
    // The second request comes while the first is still on its way, so that nobody knows yet when it will end.
    const test = engineOf({
      traffic: { rate: [{ atMs: 0, rateRps: 1000 }] },
      clients: { connectionsEach: 1 },
      engine: { horizonMs: 2.5, binMs: 1 },
    });
    const counts = test.finish(100);
    expect(counts.series.ok.flatMap((ok, bin) => (ok > 0 ? [bin] : []))).toEqual([15, 27]);
  });

  it('lets requests wait in order for the first free connection, inside their deadline', () => {
    // One connection, a request each ms, 12 ms for each: four are answered, and the others find their deadline.
    const test = engineOf({
      traffic: { rate: [{ atMs: 0, rateRps: 1000 }] },
      clients: { connectionsEach: 1, timeoutMs: 50 },
      engine: { horizonMs: 20.5 },
    });
    const counts = test.finish(300);
    expect(counts.offered).toBe(20);
    expect(counts.ok + test.failures.length).toBe(20);
    expect(test.failures.length).toBeGreaterThan(5);
    for (const failure of test.failures) {
      expect(failure).toMatchObject({ class: 'request-timeout', mechanism: 'deadline' });
      expect(failure.endedMs - failure.arrivedMs).toBeCloseTo(50, 6);
    }
    expect(test.failures.some((failure) => failure.pod === -1)).toBe(true);
  });
});

describe('a withdrawn pod (R-KP-8)', () => {
  it('keeps its kept-alive connections, and gets no new one', () => {
    const test = engineOf({ ...FAR, pods: 2, server: { keepAliveTimeoutMs: 0 } });
    test.engine.setEndpoints(0, 0, { pods: [0], whenEmpty: 'reject' });
    test.engine.advance(250);
    test.engine.setEndpoints(250, 0, { pods: [1], whenEmpty: 'reject' });
    test.engine.advance(950);
    test.engine.setServer(950, 0, 'draining');
    const counts = test.finish(2000);
    expect(counts.failedByClass).toEqual({});
    expect(counts.series.newConnections.flatMap((count, bin) => (count > 0 ? [bin] : []))).toEqual([1, 10]);
  });
});

const drainAt = (atMs: number): TestEngine => {
  const test = engineOf(FAR);
  test.engine.setServer(atMs, 0, 'draining');
  test.finish(250);
  return test;
};

describe('draining (R-SRV-2 b, R-SRV-4, R-CLI-5)', () => {
  it('resets a request that was on its way when the idle connection closed', () => {
    expect(outcomes(drainAt(205))).toEqual(['reset drain-race 220']);
  });
  it('ends with EOF one that was sent before the client could know', () => {
    expect(outcomes(drainAt(195))).toEqual(['eof drain-race 205']);
  });
  it('has no race once the client knows: it opens another connection, here a refused one', () => {
    const test = drainAt(185);
    expect(outcomes(test)).toEqual(['refused listener-closed 220']);
    expect(test.failures[0]).toMatchObject({ reusedConnection: false, connectionOpenedMs: 200, pod: 0 });
  });
  it('finishes what is in flight and closes after it', () => {
    const test = drainAt(212);
    expect(test.engine.drainedAtMs(250, 0)).toBe(250);
    expect(test.failures).toEqual([]);
    const later = engineOf(FAR);
    later.engine.setServer(212, 0, 'draining');
    expect(later.engine.drainedAtMs(212, 0)).toBe(220);
    later.finish(350);
    expect(outcomes(later)).toEqual(['refused listener-closed 320']);
  });
  it('resets new connections that no worker took, and forgets their work (R-SRV-3)', () => {
    const test = engineOf({
      traffic: { rate: [{ atMs: 0, rateRps: 1000 }] },
      clients: { keepAlive: false },
      server: { concurrency: 1, serviceTime: { kind: 'constant', value: 50 } },
      engine: { horizonMs: 4.5 },
    });
    test.engine.setServer(10, 0, 'draining');
    expect(test.engine.drainedAtMs(10, 0)).toBe(54);
    test.finish(100);
    expect(outcomes(test)).toEqual(Array.from({ length: 3 }, () => 'reset accept-queue-reset 11'));
  });
});

describe('lame duck with a close header (R-SRV-2 c)', () => {
  it('moves clients away answer by answer, without a failure', () => {
    const test = engineOf({ ...FAR, pods: 2 });
    test.engine.setEndpoints(0, 0, { pods: [0], whenEmpty: 'reject' });
    test.engine.setEndpoints(250, 0, { pods: [1], whenEmpty: 'reject' });
    test.engine.setServer(250, 0, 'closing');
    test.engine.setServer(350, 0, 'draining');
    const counts = test.finish(1000);
    expect(counts.failedByClass).toEqual({});
    // The request at 300 ends on the old connection, the one at 400 on a new one.
    expect(counts.series.newConnections.flatMap((count, bin) => (count > 0 ? [bin] : []))).toEqual([1, 4]);
  });
});

describe('the end of a process (R-SRV-10)', () => {
  it('cuts requests in flight: EOF where a worker had read them, RST where none had', () => {
    const test = engineOf({
      traffic: { rate: [{ atMs: 0, rateRps: 1000 }] },
      server: { concurrency: 2, serviceTime: { kind: 'constant', value: 50 } },
      engine: { horizonMs: 4.5 },
    });
    test.engine.endProcess(20, 0);
    test.finish(100);
    expect(outcomes(test).sort()).toEqual([
      'eof in-flight-cut 21',
      'eof in-flight-cut 21',
      'reset in-flight-cut 21',
      'reset in-flight-cut 21',
    ]);
    // Requests reach the server at 4, 5, 6 and 7: two workers take the first two, the others wait until the end.
    const queuedMs = test.failures.map((failure) => Math.round(failure.queuedMs)).sort((a, b) => a - b);
    expect(queuedMs).toEqual([0, 0, 14, 15]);
  });

  it.each(['end', 'drain'] as const)(
    'leaves alone what the client gives up before it learns of the %s',
    (what) => {
      const test = engineOf({
        traffic: { rate: [{ atMs: 0, rateRps: 1000 }] },
        clients: { timeoutMs: 20 },
        server: { concurrency: 1, serviceTime: { kind: 'constant', value: 50 } },
        engine: { horizonMs: 2.5 },
      });
      // The second one's deadline is at 22; the news is under way until 22.2.
      if (what === 'end') test.engine.endProcess(21.2, 0);
      else test.engine.setServer(21.2, 0, 'draining');
      test.finish(100);
      expect(outcomes(test)).toEqual(['request-timeout deadline 21', 'request-timeout deadline 22']);
    },
  );

  it('refuses until a process listens again on the same address', () => {
    const test = engineOf(FAR);
    test.engine.endProcess(150, 0);
    test.engine.setServer(350, 0, 'serving');
    const counts = test.finish(1000);
    expect(outcomes(test)).toEqual(['refused listener-closed 220', 'refused listener-closed 320']);
    expect(counts.ok).toBe(7);
  });

  it('resets a request on its way to an idle connection of it', () => {
    const test = engineOf(FAR);
    test.engine.endProcess(205, 0);
    test.finish(250);
    expect(outcomes(test)).toEqual(['reset in-flight-cut 220']);
  });
});

const goneAt = (atMs: number, nodes: number, timeoutMs: number): TestEngine => {
  const test = engineOf({
    traffic: SLOW,
    clients: { timeoutMs, connectTimeoutMs: 4000, keepAlive: false },
    engine: { nodes, horizonMs: 101 },
    pods: nodes,
  });
  for (let node = 0; node < nodes; node++) {
    test.engine.setEndpoints(0, node, { pods: [nodes - 1], whenEmpty: 'reject' });
  }
  test.engine.setServer(atMs, nodes - 1, 'absent');
  test.finish(10_000);
  return test;
};

describe('an address that is gone (R-CLI-6)', () => {
  it('lets connecting time out', () => {
    expect(outcomes(goneAt(50, 2, 10_000))).toEqual(['connect-timeout address-gone 4100']);
    expect(outcomes(goneAt(50, 2, 500))).toEqual(['connect-timeout address-gone 600']);
  });
  it('is found unreachable after three seconds on its own node, if the client waits that long', () => {
    expect(outcomes(goneAt(50, 1, 10_000))).toEqual(['unreachable address-gone 3100']);
    expect(outcomes(goneAt(50, 1, 2000))).toEqual(['connect-timeout address-gone 2100']);
  });
  it('leaves requests in flight to their deadlines', () => {
    expect(outcomes(goneAt(105, 2, 500))).toEqual(['request-timeout address-gone 600']);
  });
  it('holds up what queues behind it, and is blamed for that until the queue is empty', () => {
    const test = engineOf({
      clients: { connectionsEach: 1, keepAlive: false, timeoutMs: 500, connectTimeoutMs: 5000 },
      engine: { horizonMs: 1000, nodes: 2 },
      pods: 2,
    });
    test.engine.setEndpoints(0, 0, { pods: [1], whenEmpty: 'reject' });
    test.engine.setServer(5, 1, 'absent');
    test.engine.setEndpoints(300, 0, { pods: [0], whenEmpty: 'reject' });
    test.finish(5000);
    // One connection takes one request in 12 ms, while one comes every 10 ms: the queue never drains.
    const waited = test.failures.filter(({ class: failure }) => failure === 'request-timeout');
    const blamed = waited.filter(({ mechanism, pod }) => mechanism === 'address-gone' && pod === 1);
    expect(blamed.length).toBeGreaterThan(5);
    // The one that leaves the queue empty may still miss its deadline at the server.
    expect(waited.length - blamed.length).toBeLessThanOrEqual(1);
  });
  it('swallows requests on kept connections, which nobody closed', () => {
    const test = engineOf({ ...FAR, clients: { timeoutMs: 500 }, server: { keepAliveTimeoutMs: 50 } });
    test.engine.setServer(145, 0, 'absent');
    test.engine.setEndpoints(145, 0, { pods: [], whenEmpty: 'reject' });
    test.finish(750);
    expect(outcomes(test)[0]).toBe('refused no-endpoints 300');
    expect(outcomes(test).filter((line) => !line.startsWith('refused'))).toEqual([
      'request-timeout address-gone 700',
    ]);
  });
});

describe('no endpoints (R-KP-7)', () => {
  it('are refused at once, or time out, and established connections go on', () => {
    const test = engineOf({ ...FAR, clients: { keepAlive: false, timeoutMs: 3000 } });
    test.engine.setEndpoints(150, 0, { pods: [], whenEmpty: 'reject' });
    test.engine.setEndpoints(250, 0, { pods: [], whenEmpty: 'drop' });
    test.engine.setEndpoints(350, 0, { pods: [0], whenEmpty: 'drop' });
    test.finish(2000);
    expect(outcomes(test)).toEqual(['refused no-endpoints 200', 'connect-timeout no-endpoints 1300']);
    expect(test.failures.every((failure) => failure.pod === -1)).toBe(true);
  });
});

const idle = (keepAliveTimeoutMs: number, idleTimeoutMs: number): string[] => {
  const test = engineOf({
    ...FAR,
    server: { keepAliveTimeoutMs },
    clients: { idleTimeoutMs },
    engine: { ...FAR.engine, horizonMs: 250 },
  });
  test.finish(500);
  return outcomes(test);
};

describe('idle connections (R-CLI-5)', () => {
  // The first answer leaves the server at 140 and arrives at 150; the next request is sent at 200.
  it('have a race when the server closes them', () => {
    expect(idle(65, 0)).toEqual(['reset idle-race 220']);
    expect(idle(55, 0)).toEqual(['eof idle-race 205']);
    expect(idle(45, 0)).toEqual([]);
    expect(idle(75, 0)).toEqual([]);
  });
  it('have none when the client closes them first', () => {
    expect(idle(65, 40)).toEqual([]);
    expect(idle(55, 40)).toEqual([]);
  });
});

describe('an overloaded server', () => {
  const overload = { rate: [{ atMs: 0, rateRps: 1000 }] };
  it('answers 503 when its queue is full, and the connection stays usable', () => {
    const test = engineOf({ traffic: overload, server: { concurrency: 1, backlog: 2 } });
    const counts = test.finish(1000);
    expect(new Set(test.failures.map((f) => `${f.class} ${f.mechanism}`))).toEqual(
      new Set(['http-5xx overflow']),
    );
    expect(counts.ok).toBeGreaterThan(90);
    expect(counts.ok).toBeLessThan(100);
    expect(counts.series.newConnections.reduce((sum, count) => sum + count, 0)).toBeLessThan(17);
  });

  it('leaves what it drops to the deadline', () => {
    const test = engineOf({
      traffic: overload,
      clients: { timeoutMs: 40 },
      server: { concurrency: 1, backlog: 1, overflow: 'drop' },
    });
    test.finish(1000);
    expect(test.failures.some((f) => f.class === 'request-timeout' && f.mechanism === 'overflow')).toBe(true);
  });

  it('works off what its clients gave up, so that goodput collapses (R-APP-9)', () => {
    const test = engineOf({
      traffic: overload,
      clients: { connectionsEach: 1000, timeoutMs: 100 },
      server: { concurrency: 2, backlog: 10_000 },
    });
    const counts = test.finish(2000);
    expect(counts.series.ok.slice(0, 3).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
    expect(counts.series.ok.slice(5).reduce((sum, count) => sum + count, 0)).toBe(0);
    for (const { queuedMs, endedMs, arrivedMs } of test.failures) {
      expect(endedMs - arrivedMs).toBeCloseTo(100, 6);
      expect(queuedMs).toBeLessThanOrEqual(100);
    }
  });
});

const retrying = (on: readonly ('connect' | 'reset' | 'timeout' | '5xx')[], max: number): Setup => ({
  ...FAR,
  clients: { retries: { max, on, backoff: { baseMs: 10, capMs: 30 } } },
});

describe('retries (R-CLI-7)', () => {
  it('go to another pod on a new connection and end well', () => {
    const test = engineOf({ ...retrying(['reset'], 1), pods: 2 });
    test.engine.setEndpoints(0, 0, { pods: [0], whenEmpty: 'reject' });
    test.engine.setEndpoints(190, 0, { pods: [1], whenEmpty: 'reject' });
    test.engine.setServer(205, 0, 'draining');
    const counts = test.finish(400.5);
    expect(test.failures).toEqual([]);
    expect(counts).toMatchObject({ ok: 3, retried: 1 });
    // Reset at 220, at most 20 ms of waiting, a handshake and 30 ms more.
    expect(counts.series.latencyP99Ms[2]).toBeGreaterThan(70);
    expect(counts.series.latencyP99Ms[2]).toBeLessThan(91);
  });
  it('report the last attempt when all have failed, and do not cover other kinds', () => {
    const test = engineOf({ ...retrying(['connect'], 2) });
    test.engine.setServer(150, 0, 'refusing');
    test.engine.advance(330);
    expect(test.failures).toHaveLength(1);
    expect(test.failures[0]).toMatchObject({ class: 'refused', attempts: 3, arrivedMs: 200 });
    expect(test.failures[0]?.endedMs).toBeGreaterThan(260);
    const uncovered = engineOf({ ...retrying(['timeout', '5xx'], 2) });
    uncovered.engine.setServer(150, 0, 'refusing');
    uncovered.finish(290);
    expect(uncovered.failures[0]).toMatchObject({ class: 'refused', attempts: 1 });
  });
  it('cover errors of the application, on the same connection', () => {
    const test = engineOf({ ...retrying(['5xx'], 3), server: { errorRate: 0.5 } });
    const counts = test.finish(20_000);
    // A request fails for good with probability 1/16 and needs a retry with 1/2: 200 of them, 5 sigma.
    expect(Math.abs(test.failures.length - 200 / 16)).toBeLessThan(5 * Math.sqrt(200 * (1 / 16) * (15 / 16)));
    expect(Math.abs(counts.retried - 100)).toBeLessThan(5 * Math.sqrt(50));
    expect(counts.failedByClass).toEqual({ 'http-5xx': test.failures.length });
    expect(counts.series.newConnections.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2);
  });
});

describe('a closed loop', () => {
  it('asks again a think time after each answer, or failure', () => {
    const closed = { users: 5, thinkTime: { kind: 'constant', value: 88 } } as const;
    const setup: Setup = {
      traffic: { arrivals: 'closed', rate: [], closed },
      engine: { horizonMs: 10_000, roundTripMs: 2 },
    };
    const counts = engineOf(setup).finish(10_000);
    // 88 ms of thinking and 12 of waiting on a kept connection: 10 requests a second each.
    expect(Math.abs(counts.offered - 500)).toBeLessThanOrEqual(5);
    const refused = engineOf(setup);
    refused.engine.setServer(1, 0, 'refusing');
    expect(refused.finish(10_000).failedByClass['refused']).toBeGreaterThan(500);
  });
});

describe('misuse', () => {
  it('is an error of ours, not a wrong number', () => {
    const { engine } = engineOf();
    expect(() => engine.counts()).toThrow('finished');
    expect(() => engine.setServer(1, 7, 'serving')).toThrow('no pod 7');
    expect(() => engine.setEndpoints(1, 9, { pods: [], whenEmpty: 'reject' })).toThrow('no node 9');
    expect(() => engine.addPod(1, { index: 5, key: 'x', node: 0, server: SERVER })).toThrow('pod 5');
    engine.setServer(2, 0, 'absent');
    expect(() => engine.setServer(3, 0, 'serving')).toThrow('gone for good');
  });
});
