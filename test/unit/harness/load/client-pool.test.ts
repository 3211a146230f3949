/** Which of its idle connections a client takes (R-CLI-1): one request after another, on real connections. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { ClientPool } from '../../../../src/harness/load/client-pool.ts';
import type { Connection } from '../../../../src/harness/load/connection.ts';
import type { PendingRequest } from '../../../../src/harness/load/pending-request.ts';
import { targetOf } from '../../../../src/harness/load/target.ts';
import type { Clients } from '../../../../src/scenario/scenario.ts';
import { CLIENTS } from './load-fixture.ts';

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-length': 0, 'x-pod': 'pod-a' }).end();
});
const OPEN = 4;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function pendingRequest(fresh = false): PendingRequest {
  return {
    client: 0,
    user: -1,
    arrivedMs: 0,
    sentMs: 0,
    deadlineMs: 1000,
    attempts: 1,
    fresh,
    phase: 'waiting',
    connection: null,
  };
}

interface Scene {
  readonly pool: ClientPool;
  /** Sends requests at once and waits for their answers. @returns the connections that carried them */
  readonly send: (count: number, nowMs: number, fresh?: boolean) => Promise<readonly Connection[]>;
}

function fail(): void {
  throw new Error('the server answers every request');
}

function scene(setup: Partial<Clients>): Scene {
  const clients: Clients = { ...CLIENTS, connectionsEach: OPEN, ...setup };
  const { port } = server.address() as AddressInfo;
  const entrance = { node: 'worker', host: '127.0.0.1', port, sources: [] };
  let answers = 0;
  const pool = new ClientPool(
    clients,
    targetOf(0, [entrance], clients),
    new RandomStreams(1).stream('connection-choice'),
    {
      answered: (connection) => {
        answers += 1;
        pool.released(connection, answers);
      },
      failed: fail,
      closedIdle: (connection) => {
        pool.closedIdle(connection);
      },
      broken: fail,
    },
  );
  return {
    pool,
    async send(count, nowMs, fresh) {
      const wanted = answers + count;
      const used = Array.from({ length: count }, () => pool.dispatch(pendingRequest(fresh), nowMs));
      await vi.waitFor(
        () => {
          expect(answers).toBe(wanted);
        },
        { interval: 2, timeout: 10_000 },
      );
      return used.filter((connection) => connection !== null);
    },
  };
}

/** How many different connections carry eight requests, each sent when the one before is answered. */
async function distinct(reuse: Clients['reuse']): Promise<number> {
  const { send } = scene({ reuse });
  await send(OPEN, 0);
  const used = new Set<Connection>();
  for (let i = 0; i < 2 * OPEN; i++) for (const connection of await send(1, 0)) used.add(connection);
  return used.size;
}

describe('an idle connection is chosen', () => {
  it('lifo: always the one used last', async () => {
    expect(await distinct('lifo')).toBe(1);
  });

  it('fifo: all of them in turn', async () => {
    expect(await distinct('fifo')).toBe(OPEN);
  });

  it('random: by chance', async () => {
    expect(await distinct('random')).toBeGreaterThan(1);
  });

  it('none that has idled for too long', async () => {
    const { send } = scene({ idleTimeoutMs: 100 });
    const [first] = await send(1, 0);
    const [second] = await send(1, 50);
    const [third] = await send(1, 5000);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(first?.state).toBe('closed');
  });

  it('none by a request that wants a new one: the one idle for longest makes room', async () => {
    const { send } = scene({ reuse: 'lifo' });
    const old = await send(OPEN, 0);
    const [fresh] = await send(1, 0, true);
    expect(old).not.toContain(fresh);
    expect(old.filter(({ state }) => state === 'closed').length).toBe(1);
  });

  it('a request waits when all are busy', async () => {
    const { pool, send } = scene({ connectionsEach: 1 });
    const sending = send(1, 0);
    const waiting = pendingRequest();
    expect(pool.dispatch(waiting, 0)).toBe(null);
    await sending;
    expect(pool.serveWaiting(0)).toEqual([waiting]);
    expect(waiting.connection?.used).toBe(2);
    await vi.waitFor(
      () => {
        expect(waiting.connection?.state).toBe('idle');
      },
      { timeout: 10_000 },
    );
  });
});
