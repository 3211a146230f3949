import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { ClientPools } from '../../../../src/model/traffic/client-pools.ts';
import { ANSWERED, CLOSED, Connections } from '../../../../src/model/traffic/connections.ts';
import { Outcomes } from '../../../../src/model/traffic/outcomes.ts';
import type { Clients } from '../../../../src/scenario/scenario.ts';
import { CLIENTS } from './engine-fixture.ts';

const INFINITY = Number.POSITIVE_INFINITY;

/** A pool of the second of two clients whose connections became idle, or will, at these times. */
function poolOf(reuse: Clients['reuse'], freeMs: readonly number[]) {
  const clients = { ...CLIENTS, count: 2, connectionsEach: 4, reuse };
  const connections = new Connections(clients, new Outcomes(0, 100));
  const pools = new ClientPools(connections, clients, new RandomStreams(1).stream('choice'));
  freeMs.forEach((ms) => {
    const connection = pools.takeClosed(1, -1);
    expect(connections.phase[connection]).toBe(CLOSED);
    connections.phase[connection] = ANSWERED;
    connections.freeMs[connection] = ms;
    connections.goneMs[connection] = INFINITY;
  });
  return { connections, pools, first: 4 };
}

describe('a client’s pool (R-CLI-1)', () => {
  it('gives the connection used most recently under lifo, the one idle longest under fifo', () => {
    const times = [5, 20, 10, 90];
    const lifo = poolOf('lifo', times);
    const fifo = poolOf('fifo', times);
    expect([lifo.pools.take(1, 50) - lifo.first, fifo.pools.take(1, 50) - fifo.first]).toEqual([1, 0]);
    lifo.connections.freeMs[lifo.first + 1] = INFINITY;
    fifo.connections.freeMs[fifo.first] = INFINITY;
    expect([lifo.pools.take(1, 51) - lifo.first, fifo.pools.take(1, 51) - fifo.first]).toEqual([2, 2]);
  });

  it('gives each idle one as often under random', () => {
    const { connections, pools, first } = poolOf('random', [5, 20, INFINITY, 10]);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      const connection = pools.take(1, 50 + i);
      counts[connection - first] = (counts[connection - first] ?? 0) + 1;
      connections.freeMs[connection] = 50 + i;
    }
    // Binomial with p = 1/3: 5 sigma are 129.
    for (const at of [0, 1, 3]) expect(Math.abs((counts[at] ?? 0) - 1000)).toBeLessThan(130);
    expect(counts[2]).toBe(0);
  });

  it('opens one when none is idle, and has none when all are busy', () => {
    const { connections, pools, first } = poolOf('lifo', [INFINITY, INFINITY]);
    for (const expected of [2, 3]) {
      const connection = pools.take(1, 50);
      expect([connection - first, connections.phase[connection]]).toEqual([expected, CLOSED]);
      connections.freeMs[connection] = INFINITY;
    }
    expect([pools.take(1, 50), pools.takeClosed(1, 50)]).toEqual([-1, -1]);
    expect(pools.take(0, 50)).toBe(0);
  });

  it('does not use an idle one that the client knows to be gone, and prefers another idle one to opening', () => {
    const { connections, pools, first } = poolOf('lifo', [5, 20]);
    connections.goneMs[first + 1] = 40;
    expect(pools.take(1, 50) - first).toBe(0);
    expect(connections.phase[first + 1]).toBe(CLOSED);
    connections.freeMs[first] = INFINITY;
    expect(pools.take(1, 51) - first).toBe(1);
  });

  it('closes the one idle longest for a fresh one only if the pool is full', () => {
    const { connections, pools, first } = poolOf('lifo', [5, 20, INFINITY]);
    const unused = pools.takeClosed(1, 50);
    expect(unused - first).toBe(3);
    connections.phase[unused] = ANSWERED;
    connections.freeMs[unused] = INFINITY;
    const replaced = pools.takeClosed(1, 50);
    expect([replaced - first, connections.phase[replaced]]).toEqual([0, CLOSED]);
  });
});

/** The second client's idle connections, by their places. */
function idle({ pools, first }: ReturnType<typeof poolOf>, nowMs: number): readonly number[] {
  return [...pools.idleOf(1, nowMs)].map((connection) => connection - first);
}

describe('a pool that somebody else has used', () => {
  it('lists the idle ones, those idle for longest first, without the busy and the closed', () => {
    const parts = poolOf('lifo', [5, 20, 10, 90]);
    expect(idle(parts, 50)).toEqual([0, 2, 1]);
    expect(idle(parts, 95)).toEqual([0, 2, 1, 3]);
    parts.connections.close(parts.first + 2);
    parts.pools.forget(1);
    expect(idle(parts, 95)).toEqual([0, 1, 3]);
    expect([...parts.pools.idleOf(0, 95)]).toEqual([]);
  });

  it('puts idle ones in order again once their times have changed, and the closed ones first', () => {
    const parts = poolOf('lifo', [5, 20, 10, 15]);
    const { connections, pools, first } = parts;
    expect(idle(parts, 50)).toEqual([0, 2, 3, 1]);
    connections.freeMs[first] = 40;
    connections.freeMs[first + 1] = 1;
    connections.close(first + 3);
    pools.sortIdle(1);
    expect(idle(parts, 50)).toEqual([1, 2, 0]);
    // The closed one is there to be opened, before anything idle is closed for it.
    expect(pools.takeClosed(1, 50)).toBe(first + 3);
    connections.freeMs[first + 3] = INFINITY;
    for (const next of [0, 2, 1]) {
      expect(pools.take(1, 50)).toBe(first + next);
      connections.freeMs[first + next] = INFINITY;
    }
    expect(pools.take(1, 51)).toBe(-1);
  });

  it('finds out anew which are closed, idle or busy', () => {
    const parts = poolOf('fifo', [5, 20, 10, 90]);
    const { connections, pools, first } = parts;
    expect(pools.take(1, 50)).toBe(first);
    // Behind the pool's back: the one that was taken is idle again, another one is in use, a third is closed.
    connections.freeMs[first] = 30;
    connections.freeMs[first + 1] = INFINITY;
    connections.close(first + 2);
    pools.forget(1);
    expect(idle(parts, 50)).toEqual([0]);
    expect(pools.take(1, 50)).toBe(first);
    connections.freeMs[first] = INFINITY;
    expect(pools.take(1, 51)).toBe(first + 2);
  });
});
