import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { ServerSpec } from '../../../../src/model/data-plane.ts';
import { FULL, Server } from '../../../../src/model/traffic/server.ts';
import { SERVER } from './engine-fixture.ts';

function serverOf(spec: Partial<ServerSpec>): Server {
  const server = new Server({ ...SERVER, ...spec }, 0, new RandomStreams(1), 'pod');
  server.state = 'serving';
  server.open(0);
  return server;
}

describe('server', () => {
  it('serves as many at once as it has workers and the rest in order of arrival (R-APP-9)', () => {
    const server = serverOf({ concurrency: 2, backlog: 3 });
    expect([0, 1, 2, 3].map((nowMs) => server.accept(nowMs))).toEqual([10, 11, 20, 21]);
    expect(server.accept(12)).toBe(30);
    expect(server.lastEndMs).toBe(30);
  });

  it('turns away what exceeds workers and queue, and takes in again once one has started', () => {
    const server = serverOf({ concurrency: 1, backlog: 2 });
    expect([0, 1, 2, 3].map((nowMs) => server.accept(nowMs))).toEqual([10, 20, 30, FULL]);
    expect(server.accept(9.9)).toBe(FULL);
    expect(server.accept(10)).toBe(40);
  });

  it('takes in before time 0 as after it', () => {
    const server = serverOf({ concurrency: 1, backlog: 1 });
    server.open(-5000);
    expect([-100, -100, -100].map((nowMs) => server.accept(nowMs))).toEqual([-90, -80, FULL]);
  });

  it('waits for the CPU share with a worker held: no more than limit ÷ use per request get through', () => {
    // 5 ms of CPU each at half a core: one every 10 ms, whatever the 64 workers.
    const server = serverOf({
      cpuPerRequestMs: 5,
      cpuLimitMilli: 500,
      serviceTime: { kind: 'constant', value: 12 },
    });
    expect([0, 0, 0].map((nowMs) => server.accept(nowMs))).toEqual([12, 22, 32]);
    expect(server.accept(100)).toBe(112);
    expect(serverOf({ cpuPerRequestMs: 5, cpuLimitMilli: 0 }).accept(0)).toBe(10);
    expect(serverOf({ cpuPerRequestMs: 15, cpuLimitMilli: 1000 }).accept(0)).toBe(15);
  });

  it('is slower when it has just opened (R-APP-11)', () => {
    const server = serverOf({ coldStart: { factor: 2, tauMs: 1000 } });
    expect(server.accept(0)).toBeCloseTo(30, 9);
    expect(server.accept(1000)).toBeCloseTo(1010 + 20 / Math.E, 9);
    server.open(50_000);
    expect(server.accept(50_000)).toBeCloseTo(50_030, 9);
  });

  it('counts only taken requests for its drain once the queue is reset (R-SRV-3)', () => {
    const server = serverOf({ concurrency: 2, backlog: 10 });
    for (let i = 0; i < 6; i++) server.accept(0);
    expect(server.lastEndMs).toBe(30);
    server.forgetQueue(12, Number.NEGATIVE_INFINITY);
    expect(server.lastEndMs).toBe(20);
  });

  it('counts the waiting requests that stay', () => {
    const server = serverOf({ concurrency: 2, backlog: 10 });
    for (let i = 0; i < 6; i++) server.accept(0);
    server.forgetQueue(12, 30);
    expect(server.lastEndMs).toBe(30);
  });

  it('starts afresh after its process ended', () => {
    const server = serverOf({ concurrency: 1 });
    server.accept(0);
    server.accept(0);
    server.clear();
    expect(server.lastEndMs).toBe(Number.NEGATIVE_INFINITY);
    expect(server.accept(5)).toBe(15);
  });

  it('draws errors of the application at their rate', () => {
    const server = serverOf({ errorRate: 0.2 });
    let errors = 0;
    for (let i = 0; i < 10_000; i++) if (server.drawsError()) errors++;
    // 5 sigma of a binomial count: one false alarm in 1.7 million.
    expect(Math.abs(errors - 2000)).toBeLessThan(200);
    expect(serverOf({}).drawsError()).toBe(false);
  });
});
