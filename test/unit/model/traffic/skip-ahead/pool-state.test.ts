import { describe, expect, it } from 'vitest';
import { CLOSED } from '../../../../../src/model/traffic/connections.ts';
import { PoolState } from '../../../../../src/model/traffic/skip-ahead/pool-state.ts';
import { START_MS, worldOf, type WorldSetup } from './skip-ahead-fixture.ts';

/** 20 clients with 20 requests a second each, of 10 ms and two crossings of 1 ms. */
function poolsOf(setup: WorldSetup = {}) {
  const world = worldOf({
    traffic: { rate: [{ atMs: 0, rateRps: 400 }] },
    ...setup,
    clients: { count: 20, connectionsEach: 8, ...setup.clients },
  });
  world.law.update(0.4, 12);
  world.law.memoryMs = 20;
  return { ...world, pools: new PoolState(world, START_MS) };
}

describe('PoolState', () => {
  it('lets a pool grow with time, never shrink, and to pods that listen', () => {
    const { pools, servers, parts } = poolsOf();
    servers.setState(0, 1, 'refusing', false);
    const sizes: number[] = [];
    for (const atMs of [10, 2000, 90_000]) {
      let open = 0;
      for (let client = 0; client < 20; client++) {
        pools.catchUp(client, atMs);
        open += pools.openCount(client);
      }
      sizes.push(open);
    }
    const [first = 0, second = 0, third = 0] = sizes;
    expect(first).toBeGreaterThan(10);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(third).toBeGreaterThan(first);
    expect(third).toBeLessThan(20 * 5);
    for (let at = 0; at < parts.connections.size; at++) {
      if (parts.connections.phase[at] !== CLOSED) expect(parts.connections.pod[at]).toBe(0);
    }
  });

  it('finds the requests in flight that Little’s law says', () => {
    let underWay = 0;
    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      const { pools } = poolsOf();
      for (let client = 0; client < 20; client++) underWay += pools.resume(client, 1000 + 37.3 * round);
    }
    // 0.4 × 12, and one more crossing each way for those that open a connection: Poisson, the seed is fixed.
    expect(Math.abs(underWay / rounds - 4.8)).toBeLessThan(5 * Math.sqrt(4.8 / rounds) + 0.3);
  });

  it('draws them at the rate that there was', () => {
    const rate = [
      { atMs: 0, rateRps: 1 },
      { atMs: 1000, rateRps: 4000 },
    ];
    const { pools, law } = poolsOf({ traffic: { rate } });
    law.update(4, 12);
    let underWay = 0;
    for (let client = 0; client < 20; client++) underWay += pools.resume(client, 1000);
    expect(underWay).toBeLessThan(3);
  });

  it('does not draw again what was followed one by one', () => {
    const { pools } = poolsOf({ clients: { keepAlive: false, count: 1 } });
    pools.exposed(0, 1, 500);
    expect(pools.resume(0, 1000)).toBe(0);
    pools.left(0, 1000);
    pools.exposed(0, 0, 1500);
    // Only what has come since: about 0.4 requests in each of the last milliseconds.
    expect(pools.resume(0, 1501)).toBeLessThan(5);
    pools.left(0, 1501);
    expect(pools.resume(0, 3000)).toBeGreaterThan(0);
  });

  it('has nothing in flight, and nothing new, where nothing was asked', () => {
    const { pools, law } = poolsOf({ traffic: { rate: [{ atMs: 0, rateRps: 0 }] } });
    law.update(0, 12);
    expect(pools.resume(3, 1000)).toBe(0);
    expect(pools.openCount(3)).toBe(0);
  });
});
