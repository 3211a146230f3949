import { array, assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HotClient } from '../../../../../src/model/traffic/skip-ahead/hot-client.ts';

const NEVER = Number.POSITIVE_INFINITY;
const TIMEOUT_MS = 100;

/** A client of whose connections only this is asked. */
class Tested extends HotClient {
  readonly #untilMs: Float64Array;

  constructor(client: number, connections: number) {
    const untilMs = new Float64Array(connections);
    super(client, connections, untilMs);
    this.#untilMs = untilMs;
  }

  occupyUntil(connection: number, untilMs: number): void {
    this.#untilMs[connection] = untilMs;
    this.occupy(connection);
  }

  get wakesMs(): number {
    const wakesMs = new Float64Array(1);
    this.noteWake(wakesMs, 0, TIMEOUT_MS);
    return wakesMs[0] as number;
  }
}

describe('the busy connections of a client', () => {
  it('become free in the order of their times', () => {
    const times = array(nat(1000), { minLength: 1, maxLength: 16 });
    assert(
      property(times, times, (first, then) => {
        const client = new Tested(0, 16);
        const busy: { ms: number; connection: number }[] = [];
        const occupy = (ms: number, connection: number): void => {
          client.occupyUntil(connection, ms);
          busy.push({ ms, connection });
        };
        const shift = (): void => {
          const earliestMs = Math.min(...busy.map(({ ms }) => ms));
          expect(client.shiftFree(earliestMs - 1)).toBe(-1);
          const connection = client.shiftFree(earliestMs);
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
        expect(client.shiftFree(NEVER)).toBe(-1);
      }),
      { seed: 21, numRuns: 200 },
    );
  });
});

describe('the connection that becomes free next', () => {
  it('is told apart while every other one is busy for longer', () => {
    const client = new Tested(0, 3);
    expect(client.onlyNext()).toBe(-1);
    client.occupyUntil(0, 40);
    client.occupyUntil(1, 25);
    expect(client.onlyNext()).toBe(1);
    client.occupyUntil(2, 25);
    expect(client.onlyNext()).toBe(-1);
    client.pushIdle(client.shiftBusy());
    expect(client.onlyNext()).toBe(-1);
  });
});

describe('what a client does next', () => {
  it('is nothing while no request waits', () => {
    const client = new Tested(0, 2);
    client.pushClosed(0);
    expect(client.wakesMs).toBe(NEVER);
  });

  it('is to send its first request, as it arrives or when a connection becomes free', () => {
    const client = new Tested(0, 2);
    client.waiting.push(10);
    client.occupyUntil(0, 40);
    client.occupyUntil(1, 25);
    expect(client.wakesMs).toBe(25);
    client.pushIdle(client.shiftBusy());
    expect(client.wakesMs).toBe(10);
  });

  it('is to give it up at its deadline, and to send none before that once it cannot be answered in time', () => {
    const client = new Tested(0, 1);
    client.waiting.push(10);
    client.occupyUntil(0, 200);
    expect(client.wakesMs).toBe(110);
    client.waiting.shift();
    client.waiting.push(20);
    client.pushIdle(client.shiftBusy());
    client.blockedUntilMs = 110;
    expect(client.wakesMs).toBe(110);
  });

  it('uses the connection that became free last, and opens one when none is idle (R-CLI-1)', () => {
    const client = new Tested(0, 3);
    client.pushClosed(2);
    client.pushIdle(0);
    client.pushIdle(1);
    expect([client.popIdle(), client.popIdle(), client.popIdle()]).toEqual([1, 0, -1]);
    expect([client.popClosed(), client.popClosed()]).toEqual([2, -1]);
  });

  it('is forgotten when it begins anew', () => {
    const client = new Tested(3, 2);
    client.waiting.push(10);
    client.occupyUntil(0, 40);
    client.pushIdle(1);
    client.blockedUntilMs = 500;
    client.begin(7);
    expect([client.waiting.length, client.shiftFree(NEVER), client.popIdle(), client.popClosed()]).toEqual([
      0, -1, -1, -1,
    ]);
    expect([client.heldUpBy, client.blockedUntilMs]).toEqual([7, -NEVER]);
  });
});
