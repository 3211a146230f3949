import { describe, expect, it } from 'vitest';
import { InFlight } from '../../../../../src/model/traffic/skip-ahead/in-flight.ts';
import { PoolState } from '../../../../../src/model/traffic/skip-ahead/pool-state.ts';
import { START_MS, worldOf } from './skip-ahead-fixture.ts';

/** Four clients that open a connection for each of 2000 requests a second, of 10 ms and four crossings of 1 ms. */
function inFlightOf(seedShiftMs = 0) {
  const world = worldOf({
    pods: 4,
    traffic: { rate: [{ atMs: 0, rateRps: 2000 }] },
    clients: { count: 4, connectionsEach: 200, keepAlive: false },
    server: { concurrency: 500 },
  });
  for (let i = 0; i < seedShiftMs; i++) world.random.unit();
  world.law.update(2, 14);
  world.law.memoryMs = 20;
  const pools = new PoolState(world, START_MS);
  const inFlight = new InFlight({ ...world, pools });
  inFlight.listed(START_MS, 0, { pods: [0, 1, 2, 3], whenEmpty: 'reject' });
  return { ...world, inFlight };
}

const ROUNDS = 40;

function meanOver(reveal: (round: number) => number): number {
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) sum += reveal(round);
  return sum / ROUNDS;
}

describe('InFlight', () => {
  it('reveals the pod’s share of what Little’s law says', () => {
    const mean = meanOver((round) => inFlightOf(round).inFlight.reveal(2, 1000));
    expect(Math.abs(mean - (2 * 14) / 4)).toBeLessThan(5 * Math.sqrt(7 / ROUNDS));
  });

  it('leaves out what came before the pod was listed, and after it was not', () => {
    const fresh = meanOver((round) => {
      const { inFlight } = inFlightOf(round);
      inFlight.listed(500, 0, { pods: [0, 1, 2], whenEmpty: 'reject' });
      inFlight.listed(995, 0, { pods: [0, 1, 2, 3], whenEmpty: 'reject' });
      return inFlight.reveal(3, 1000);
    });
    expect(Math.abs(fresh - (2 * 5) / 4)).toBeLessThan(5 * Math.sqrt(2.5 / ROUNDS));
    const withdrawn = inFlightOf();
    withdrawn.inFlight.listed(900, 0, { pods: [0, 1, 2], whenEmpty: 'reject' });
    expect(withdrawn.inFlight.reveal(3, 1000)).toBe(0);
    expect(withdrawn.inFlight.reveal(9, 1000)).toBe(0);
  });

  it('leaves out followed clients', () => {
    const mean = meanOver((round) => {
      const { inFlight, followed } = inFlightOf(round);
      for (const client of [0, 1, 2]) followed.add(client);
      return inFlight.reveal(0, 1000);
    });
    expect(Math.abs(mean - 7 / 4)).toBeLessThan(5 * Math.sqrt(1.75 / ROUNDS));
  });
});
