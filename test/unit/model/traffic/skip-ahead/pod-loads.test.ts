import { describe, expect, it } from 'vitest';
import { ANSWERED } from '../../../../../src/model/traffic/connections.ts';
import { PodLoads } from '../../../../../src/model/traffic/skip-ahead/pod-loads.ts';
import { worldOf, type WorldSetup } from './skip-ahead-fixture.ts';

/** Two clients on two pods whose CPU takes 2 ms for a request, each with a connection to the pod of its own number. */
function loadsOf(setup: WorldSetup = {}) {
  const world = worldOf({
    ...setup,
    clients: { count: 2, connectionsEach: 4, ...setup.clients },
    server: { cpuPerRequestMs: 2, cpuLimitMilli: 1000, concurrency: 200, ...setup.server },
  });
  const { connections } = world.parts;
  for (const client of [0, 1]) {
    connections.phase[client * 4] = ANSWERED;
    connections.pod[client * 4] = client;
  }
  const loads = new PodLoads({ ...world, algorithm: world.options.balancing.algorithm });
  loads.add();
  loads.add();
  return { ...world, loads };
}

function hot(setup: WorldSetup, ratePerMs: number): boolean {
  const { loads } = loadsOf(setup);
  loads.assess(ratePerMs, 0);
  return loads.anyHot;
}

describe('PodLoads', () => {
  it('shares each client’s requests among its open connections', () => {
    const { loads, parts, laws, servers } = loadsOf();
    const { connections } = parts;
    connections.phase[1] = ANSWERED;
    connections.pod[1] = 1;
    // Pod 0 has half of client 0's requests, pod 1 the rest: utilisations of 0.1 and 0.3 at 0.2 requests a ms.
    const { laws: spread } = loads.assess(0.2, 0);
    const { spec } = servers.serverOf(0);
    expect(spread[laws.lawOf(spec, 0.1)]).toBeCloseTo(0.25, 12);
    expect(spread[laws.lawOf(spec, 0.3)]).toBeCloseTo(0.75, 12);
  });

  it('leaves followed clients out of what is skipped, and in the load', () => {
    const { loads, followed, laws, servers } = loadsOf();
    followed.add(0);
    const { laws: spread } = loads.assess(0.2, 0);
    expect(spread[laws.lawOf(servers.serverOf(0).spec, 0.2)]).toBe(1);
  });

  it('shares new connections among the endpoints, or sends them where the address is bound', () => {
    const affinity = { timeoutMs: 10_000, addressesMax: 10 };
    const { loads, parts, laws, servers } = loadsOf({
      clients: { keepAlive: false },
      balancing: { algorithm: 'random', affinity },
    });
    parts.balancers[0]?.bind(0, 1, 0);
    parts.balancers[0]?.bind(1, 1, 0);
    const { laws: spread } = loads.assess(0.2, 1);
    expect(spread[laws.lawOf(servers.serverOf(1).spec, 0.4)]).toBe(1);
  });

  it('calls a pod hot from 95 % of its CPU on, until it has fallen below 90 %', () => {
    const { loads } = loadsOf();
    const hotAt = (utilization: number): boolean => {
      loads.assess(utilization, 0);
      return loads.isHot(0);
    };
    expect([0.94, 0.96, 0.92, 0.89, 0.94].map(hotAt)).toEqual([false, true, true, false, false]);
  });

  it('calls one hot whose workers are so busy that 1 % of the requests wait', () => {
    const { loads } = loadsOf({ server: { cpuLimitMilli: null, concurrency: 8 } });
    loads.assess(0.4, 0);
    expect(loads.anyHot).toBe(false);
    loads.assess(0.8, 0);
    expect(loads.anyHot).toBe(true);
    expect(loads.isBusy(1)).toBe(true);
  });

  it('takes no law for a CPU to which requests come more evenly than at random', () => {
    const constant = { traffic: { arrivals: 'constant' as const } };
    const roundRobin = { balancing: { algorithm: 'round-robin' as const, affinity: null } };
    expect(hot({}, 0.6)).toBe(false);
    expect(hot(constant, 0.6)).toBe(true);
    expect(hot({ ...roundRobin, clients: { keepAlive: false } }, 0.6)).toBe(true);
    expect(hot({ ...roundRobin, clients: { keepAlive: false } }, 0.08)).toBe(false);
    // Kept connections are picked at random, whoever they lead to.
    expect(hot(roundRobin, 0.6)).toBe(false);
    // Requests every 2 ms, or more seldom, never meet at a CPU that needs 2 ms.
    expect(hot(constant, 0.5)).toBe(false);
  });

  it('has the wait of nobody for constant arrivals that never meet', () => {
    const { loads, laws, servers } = loadsOf({ traffic: { arrivals: 'constant' } });
    const { laws: spread } = loads.assess(0.4, 0);
    expect(spread[laws.lawOf(servers.serverOf(0).spec, 0)]).toBe(1);
  });

  it('knows the share of the requests that miss the deadline', () => {
    const serviceTime = { kind: 'exponential', mean: 10 } as const;
    const { loads } = loadsOf({
      clients: { timeoutMs: 102 },
      server: { serviceTime, cpuLimitMilli: null },
    });
    loads.assess(0.01, 0);
    expect(loads.lateShare).toBeCloseTo(Math.exp(-10), 9);
  });

  it('knows the pods that work off what a followed client held back', () => {
    const { loads, followed, parts } = loadsOf();
    followed.add(0);
    parts.waiting.enqueue({ client: 0, arrivedMs: 0, deadlineMs: 9, attempts: 1, user: -1, fresh: false });
    loads.assess(0.1, 0);
    expect([loads.isBusy(0), loads.isBusy(1), loads.anyHot]).toEqual([true, false, false]);
  });
});
