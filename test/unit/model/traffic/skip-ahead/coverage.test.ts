import { describe, expect, it } from 'vitest';
import { ANSWERED } from '../../../../../src/model/traffic/connections.ts';
import { Coverage } from '../../../../../src/model/traffic/skip-ahead/coverage.ts';
import { Exposure } from '../../../../../src/model/traffic/skip-ahead/exposure.ts';
import { PodLoads } from '../../../../../src/model/traffic/skip-ahead/pod-loads.ts';
import { PoolState } from '../../../../../src/model/traffic/skip-ahead/pool-state.ts';
import { START_MS, worldOf, type WorldSetup } from './skip-ahead-fixture.ts';

/** Four clients, each with six connections to the two pods in turn, at 0.4 requests a millisecond of 12 ms. */
function coverageOf(setup: WorldSetup = {}) {
  const world = worldOf({ ...setup, clients: { count: 4, connectionsEach: 16, ...setup.clients } });
  const { connections } = world.parts;
  for (let client = 0; client < 4; client++) {
    for (let place = 0; place < 6; place++) {
      const at = client * 16 + place;
      connections.phase[at] = ANSWERED;
      connections.pod[at] = place % 2;
      connections.freeMs[at] = -10;
      connections.goneMs[at] = Number.POSITIVE_INFINITY;
    }
  }
  world.law.update(0.4, 12);
  const loads = new PodLoads({ ...world, algorithm: world.options.balancing.algorithm });
  for (let pod = 0; pod < world.servers.count; pod++) loads.add();
  const exposure = new Exposure(world.parts, world.servers);
  const pools = new PoolState(world, START_MS);
  const coverage = new Coverage(world.options, { ...world, loads, exposure, pools });
  loads.assess(0.4, 0);
  return { ...world, loads, exposure, coverage };
}

describe('Coverage', () => {
  it('covers everybody at rest', () => {
    const { coverage } = coverageOf();
    expect(coverage.mayLack(0)).toBe(false);
    expect([0, 1, 2, 3].map((client) => coverage.lacks(client, 0))).toEqual([false, false, false, false]);
    expect(coverage.isCalm(0, 0)).toBe(true);
    expect(coverage.riskOf(0, 0)).toBe(0);
  });

  it('lacks a law for clients with a connection to a cold pod', () => {
    const { coverage, servers, parts } = coverageOf({ server: { coldStart: { factor: 3, tauMs: 100 } } });
    expect(coverage.mayLack(0)).toBe(false);
    servers.setState(0, 1, 'refusing', false);
    servers.setState(10, 1, 'serving', false);
    for (let place = 0; place < 6; place++) parts.connections.pod[place] = 0;
    expect(coverage.mayLack(20)).toBe(true);
    expect([0, 1].map((client) => coverage.lacks(client, 20))).toEqual([false, true]);
    expect(coverage.lacks(1, 20_000)).toBe(false);
  });

  it('lacks one for everybody where more than one request in a million misses its deadline', () => {
    const serviceTime = { kind: 'exponential', mean: 10 } as const;
    const late = (timeoutMs: number): boolean => {
      const { coverage } = coverageOf({ server: { serviceTime }, clients: { timeoutMs } });
      return coverage.lacks(0, 0);
    };
    // e^−13.8 is 1e-6, and the wire takes 2 ms.
    expect([late(130), late(145)]).toEqual([true, false]);
  });

  it('lacks one where errors are tried again, and where affinities expire or crowd each other out', () => {
    const retries = { max: 1, on: ['5xx'] as const, backoff: { baseMs: 0, capMs: 0 } };
    const again = coverageOf({ clients: { retries }, server: { errorRate: 0.1 } });
    expect(again.coverage.lacks(0, 0)).toBe(false);
    again.coverage.podAdded(again.servers.serverOf(0).spec);
    expect(again.coverage.lacks(0, 0)).toBe(true);
    const bound = (timeoutMs: number, addressesMax: number): boolean =>
      coverageOf({
        balancing: { algorithm: 'random', affinity: { timeoutMs, addressesMax } },
      }).coverage.lacks(0, 0);
    // 25 requests of a client in a second.
    expect([bound(1000, 10), bound(700, 10), bound(1000, 3)]).toEqual([false, true, true]);
  });

  it('lacks one where requests wait for a connection, and while a node is down', () => {
    const { coverage, law, parts } = coverageOf();
    law.update(0.4, 120);
    expect(law.waits).toBeGreaterThan(0.02);
    expect(coverage.lacks(0, 0)).toBe(true);
    law.update(0.4, 12);
    expect(coverage.lacks(0, 0)).toBe(false);
    parts.nodes.set(0, 'stopped');
    expect(coverage.lacks(0, 0)).toBe(true);
  });

  it('puts those at risk that open a connection to a closed pod, and follows a client that opens many', () => {
    const { coverage, servers, exposure, law, parts } = coverageOf();
    servers.setState(0, 1, 'draining', false);
    exposure.look(0);
    expect(coverage.riskOf(0, 0)).toBeCloseTo(law.opens(6) * 0.5, 12);
    for (let place = 2; place < 6; place++) parts.connections.close(place);
    expect(law.opens(2)).toBeGreaterThan(0.02);
    expect(coverage.riskOf(0, 0)).toBeNull();
  });

  it('is not calm while a connection leads to a closed pod, or a request waits', () => {
    const { coverage, servers, parts } = coverageOf();
    parts.waiting.enqueue({ client: 2, arrivedMs: 0, deadlineMs: 9, attempts: 1, user: -1, fresh: false });
    expect([1, 2].map((client) => coverage.isCalm(client, 0))).toEqual([true, false]);
    servers.setState(0, 1, 'refusing', false);
    parts.connections.freeMs[16] = 5;
    parts.connections.pod[16] = 1;
    expect(coverage.isCalm(1, 0)).toBe(false);
  });
});
