import { describe, expect, it } from 'vitest';
import { ClientLaw } from '../../../../../src/model/traffic/skip-ahead/client-law.ts';
import { erlangB, erlangC } from '../../../../../src/model/traffic/queueing.ts';
import { CLIENTS } from '../engine-fixture.ts';

/** Four clients, of which each has two requests in flight on average. */
function lawOf(clients: Partial<typeof CLIENTS> = {}): ClientLaw {
  const law = new ClientLaw({ ...CLIENTS, count: 4, connectionsEach: 6, ...clients });
  law.update(0.4, 20);
  return law;
}

describe('ClientLaw', () => {
  it('shares the rate among the clients and knows who waits by Erlang C', () => {
    const law = lawOf();
    expect(law.ratePerMs).toBeCloseTo(0.1, 12);
    expect(law.offered).toBeCloseTo(2, 12);
    expect(law.waits).toBeCloseTo(erlangC(6, 2), 12);
    expect(law.waitsWithout(0)).toBe(law.waits);
    expect(law.waitsWithout(2.2)).toBeCloseTo(erlangC(3, 2), 12);
  });

  it('opens a connection when all open ones are busy (Erlang B), and when one is worn out', () => {
    expect(lawOf().opens(3)).toBeCloseTo(erlangB(3, 2), 12);
    expect(lawOf().opens(6)).toBe(0);
    expect(lawOf({ requestsPerConnectionMax: 50 }).opens(6)).toBeCloseTo(0.02, 12);
    expect(lawOf({ keepAlive: false }).opens(6)).toBe(1);
  });

  it('uses the top of the pool most under lifo, and every place alike otherwise', () => {
    const lifo = lawOf();
    const uses = [1, 2, 3, 4, 5, 6].map((depth) => lifo.usesPerMs(depth, 6));
    // The n-th is taken by a request that finds n − 1 busy: Poisson probabilities of mean 2.
    expect((uses[0] as number) / lifo.ratePerMs).toBeCloseTo(Math.exp(-2), 9);
    expect((uses[2] as number) / (uses[0] as number)).toBeCloseTo(2, 9);
    expect(lawOf({ reuse: 'fifo' }).usesPerMs(5, 4)).toBeCloseTo(0.025, 12);
  });

  it('leaves its tables while the load hardly changes', () => {
    const law = lawOf();
    law.update(0.4, 20.1);
    expect(law.offered).toBeCloseTo(2, 12);
    law.update(0.4, 30);
    expect(law.offered).toBeCloseTo(3, 12);
  });

  it('bounds the share that waits until its deadline', () => {
    expect(lawOf({ timeoutMs: 10 }).failsWaiting(20)).toBeCloseTo(erlangC(6, 2) * Math.exp(-2), 12);
    expect(lawOf({ connectionsEach: 2 }).failsWaiting(20)).toBe(1);
  });
});
