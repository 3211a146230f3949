import { array, assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HotClient } from '../../../../../src/model/traffic/skip-ahead/hot-client.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TIMEOUT_MS = 100;

describe('the busy connections of a client', () => {
  it('become free in the order of their times', () => {
    const times = array(nat(1000), { minLength: 1, maxLength: 16 });
    assert(
      property(times, times, (first, then) => {
        const client = new HotClient(0, 16);
        const busy: { ms: number; connection: number }[] = [];
        const occupy = (ms: number, connection: number): void => {
          client.occupy(connection, ms);
          busy.push({ ms, connection });
        };
        const shift = (): void => {
          const earliestMs = Math.min(...busy.map(({ ms }) => ms));
          expect(client.nextFreeMs).toBe(earliestMs);
          const connection = client.shiftBusy();
          const at = busy.findIndex((one) => one.connection === connection);
          expect(busy[at]?.ms).toBe(earliestMs);
          busy.splice(at, 1);
        };
        first.forEach(occupy);
        // Each place is taken again as soon as it is free.
        for (const ms of then) {
          const taken = new Set(busy.map(({ connection }) => connection));
          shift();
          const free = [...taken].find((connection) => busy.every((one) => one.connection !== connection));
          occupy(ms, free as number);
        }
        while (busy.length > 0) shift();
        expect(client.nextFreeMs).toBe(NEVER);
      }),
      { seed: 21, numRuns: 200 },
    );
  });
});

describe('what a client does next', () => {
  it('is nothing while no request waits', () => {
    const client = new HotClient(0, 2);
    client.pushClosed(0);
    expect(client.wakeMs(TIMEOUT_MS)).toBe(NEVER);
  });

  it('is to send its first request, as it arrives or when a connection becomes free', () => {
    const client = new HotClient(0, 2);
    client.waiting.push(10);
    client.occupy(0, 40);
    client.occupy(1, 25);
    expect(client.wakeMs(TIMEOUT_MS)).toBe(25);
    client.pushIdle(client.shiftBusy());
    expect(client.wakeMs(TIMEOUT_MS)).toBe(10);
  });

  it('is to give it up at its deadline, and to send none before that once it cannot be answered in time', () => {
    const client = new HotClient(0, 1);
    client.waiting.push(10);
    client.occupy(0, 200);
    expect(client.wakeMs(TIMEOUT_MS)).toBe(110);
    client.waiting.shift();
    client.waiting.push(20);
    client.pushIdle(client.shiftBusy());
    client.blockedUntilMs = 110;
    expect(client.wakeMs(TIMEOUT_MS)).toBe(110);
  });

  it('uses the connection that became free last, and opens one when none is idle (R-CLI-1)', () => {
    const client = new HotClient(0, 3);
    client.pushClosed(2);
    client.pushIdle(0);
    client.pushIdle(1);
    expect([client.popIdle(), client.popIdle(), client.popIdle()]).toEqual([1, 0, -1]);
    expect([client.popClosed(), client.popClosed()]).toEqual([2, -1]);
  });

  it('is forgotten when it begins anew', () => {
    const client = new HotClient(3, 2);
    client.waiting.push(10);
    client.occupy(0, 40);
    client.pushIdle(1);
    client.blockedUntilMs = 500;
    client.begin(7);
    expect([client.waiting.length, client.nextFreeMs, client.popIdle(), client.popClosed()]).toEqual([
      0,
      NEVER,
      -1,
      -1,
    ]);
    expect([client.heldUpBy, client.blockedUntilMs]).toEqual([7, -NEVER]);
  });
});
