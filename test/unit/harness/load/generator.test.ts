/** The generator against a real server: nothing is lost, connections are used as the scenario says, retries too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { builtInLoad } from '../../../../src/harness/load/built-in-load.ts';
import { clusterAt, countBy, planFor, runLoad } from './load-fixture.ts';

const PROGRAM = new URL('../../../../src/harness/load/built-in-load.ts', import.meta.url).href;

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Served {
  readonly port: number;
  /** For each connection, in the order of their opening, how many requests came on it and from where. */
  readonly connections: { requests: number; from: string }[];
  readonly seen: IncomingMessage[];
}

async function serve(answer: (response: ServerResponse, ordinal: number) => void = ok): Promise<Served> {
  const connections: Served['connections'] = [];
  const known = new Map<unknown, Served['connections'][number]>();
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const connection = known.get(request.socket);
    if (connection !== undefined) connection.requests += 1;
    seen.push(request);
    request.resume();
    answer(response, seen.length);
  });
  server.on('connection', (socket) => {
    const connection = { requests: 0, from: socket.remoteAddress ?? '' };
    known.set(socket, connection);
    connections.push(connection);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, connections, seen };
}

function ok(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 2, 'x-pod': 'pod-a' }).end('ok');
}

/** A zombie has ended: it waits for somebody who asks how. */
/** Processes that this one has started, from whichever of its threads. */
function children(): readonly number[] {
  return readdirSync('/proc/self/task')
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '))
    .filter((pid) => pid.trim() !== '')
    .map(Number);
}

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

describe('an open loop', () => {
  it('offers at its rate whether answers come or not, and loses nothing', async () => {
    const { port } = await serve((response, ordinal) => {
      if (ordinal % 3 !== 0) ok(response);
    });
    const plan = planFor(port, { rateRps: 400, clients: { timeoutMs: 150, connectionsEach: 64 } });
    const { offered, requests, inFlight } = await runLoad(plan);
    expect(offered).toBe(requests.length + inFlight);
    expect(inFlight).toBe(0);
    // What a busy machine is late for is offered late, and is not left out.
    expect(offered).toBe(140);
    const counts = countBy(requests, ({ outcome }) => outcome);
    expect(Object.keys(counts).sort()).toEqual(['ok', 'request-timeout']);
    for (const { arrivedMs, sentMs, endedMs } of requests) {
      expect(sentMs).toBeGreaterThanOrEqual(arrivedMs);
      expect(endedMs).toBeGreaterThanOrEqual(sentMs);
    }
  });

  it('gives requests in order of their ends, with pod, node and client', async () => {
    const { port } = await serve();
    const { requests } = await runLoad(planFor(port, { traffic: { arrivals: 'poisson' } }));
    const ends = requests.map(({ endedMs }) => Math.round(endedMs * 1000));
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(requests.map(({ pod }) => pod))).toEqual(new Set(['pod-a']));
    expect(new Set(requests.map(({ node }) => node))).toEqual(new Set(['worker']));
    expect(new Set(requests.map(({ client }) => client))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('measures how late it was itself, second by second', async () => {
    const { port } = await serve();
    const running = runLoad(planFor(port, { lastsMs: 600 }));
    setTimeout(() => {
      // The generator shares this thread here: it can do nothing meanwhile.
      const until = performance.now() + 150;
      while (performance.now() < until);
    }, 200);
    const { lagP99Ms, requests } = await running;
    expect(lagP99Ms.length).toBe(1);
    expect(lagP99Ms[0]).toBeGreaterThan(100);
    expect(requests.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});

/** Connections to that port of which this machine's kernel knows no end yet, by its own table: it may be late itself. */
function openTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows.filter((row) => {
    const [, , to = '', state] = row.trim().split(/\s+/u);
    return to.endsWith(remote) && state === '01';
  }).length;
}

describe('a generator that is held up', () => {
  it.each([
    ['open', {}],
    ['closed', { closed: { users: 20, thinkTime: { kind: 'constant', value: 20 } } }],
  ] as const)('sends nothing on a connection whose end has come meanwhile: %s loop', async (_, traffic) => {
    const { port } = await serve();
    const plan = planFor(port, { rateRps: 400, lastsMs: 900, traffic });
    const running = runLoad(plan);
    await sleep(200);
    servers.at(-1)?.closeIdleConnections();
    const closedMs = Date.now() - plan.zeroEpochMs;
    // It shares this thread with the server: neither can do anything meanwhile, and timers are called before sockets are read.
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    for (let looks = 0; looks < 20 && (looks < 2 || openTo(port) > 0); looks++)
      Atomics.wait(asleep, 0, 0, 25);
    const { requests } = await running;
    // One that was on its way when the server closed may be lost.
    const after = requests.filter(({ sentMs }) => sentMs > closedMs + 25);
    expect(after.length).toBeGreaterThan(20);
    expect(countBy(after, ({ outcome }) => outcome)).toEqual({ ok: after.length });
  });
});

describe('connections (R-CLI-1)', () => {
  it('keepAlive false: a new one for each request, which the server closes', async () => {
    const { port, connections, seen } = await serve();
    const { requests } = await runLoad(planFor(port, { clients: { keepAlive: false } }));
    expect(requests.every(({ connection, outcome }) => connection === 'new' && outcome === 'ok')).toBe(true);
    expect(connections.map((each) => each.requests)).toEqual(requests.map(() => 1));
    expect(seen.every(({ headers }) => headers.connection === 'close')).toBe(true);
  });

  it('keepAlive: a pool, no larger than connectionsEach of each client', async () => {
    const { port, connections } = await serve((response) => {
      setTimeout(() => {
        ok(response);
      }, 15);
    });
    const plan = planFor(port, { rateRps: 300, clients: { count: 2, connectionsEach: 3 } });
    const { requests } = await runLoad(plan);
    expect(connections.length).toBeLessThanOrEqual(6);
    expect(countBy(requests, ({ connection }) => connection)['new']).toBe(connections.length);
  });

  it('requestsPerConnectionMax and idleTimeout end them', async () => {
    const few = await serve();
    const each = { count: 1, connectionsEach: 1 };
    await runLoad(planFor(few.port, { clients: { ...each, requestsPerConnectionMax: 5 } }));
    expect(Math.max(...few.connections.map(({ requests }) => requests))).toBe(5);
    const idle = await serve();
    const plan = planFor(idle.port, { rateRps: 10, lastsMs: 600, clients: { ...each, idleTimeoutMs: 20 } });
    const { requests: asked } = await runLoad(plan);
    // A request that was late has the next one right behind it.
    const idled = asked.filter((each, i) => each.sentMs - (asked[i - 1]?.endedMs ?? -Infinity) > 20 + 1);
    expect(idled.length).toBeGreaterThan(1);
    expect(idled.every(({ connection }) => connection === 'new')).toBe(true);
  });

  it('clients have addresses of their own where affinity matters (R-KP-11)', async () => {
    const { port, connections } = await serve();
    await runLoad(planFor(port, { sources: ['127.0.0.11', '127.0.0.12'] }));
    expect(new Set(connections.map(({ from }) => from))).toEqual(new Set(['127.0.0.11', '127.0.0.12']));
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)('asks by %s', async (method) => {
    const { port, seen } = await serve();
    await runLoad(planFor(port, { lastsMs: 100, clients: { method } }));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((request) => request.method === method)).toBe(true);
  });
});

describe('retries (R-CLI-7)', () => {
  it('a failed attempt is followed by another, and one request is counted', async () => {
    const { port } = await serve((response, ordinal) => {
      if (ordinal <= 3) response.writeHead(500, { 'content-length': 0, 'x-pod': 'pod-a' }).end();
      else ok(response);
    });
    const retries = { max: 3, on: ['5xx'] as const, backoff: { baseMs: 1, capMs: 5 } };
    const { requests, offered } = await runLoad(planFor(port, { rateRps: 50, clients: { retries } }));
    expect(requests.length).toBe(offered);
    expect(requests.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(requests.some(({ attempts }) => attempts > 1)).toBe(true);
  });

  it('no more than max, and only of the named kinds', async () => {
    const { port, seen } = await serve((response) => response.socket?.destroy());
    const retries = { max: 2, on: ['reset'] as const, backoff: { baseMs: 1, capMs: 2 } };
    const { requests } = await runLoad(planFor(port, { rateRps: 50, clients: { retries } }));
    expect(requests.every(({ attempts, outcome }) => attempts === 3 && outcome === 'eof')).toBe(true);
    expect(seen.length).toBe(3 * requests.length);
    const others = { ...retries, on: ['5xx', 'timeout'] as const };
    const { requests: once } = await runLoad(planFor(port, { rateRps: 50, clients: { retries: others } }));
    expect(once.every(({ attempts }) => attempts === 1)).toBe(true);
  });
});

describe('a closed loop', () => {
  it('has no more requests under way than users, and each thinks in between', async () => {
    let busy = 0;
    let most = 0;
    const { port } = await serve((response) => {
      most = Math.max(most, ++busy);
      setTimeout(() => {
        busy -= 1;
        ok(response);
      }, 20);
    });
    const closed = { users: 5, thinkTime: { kind: 'constant', value: 20 } as const };
    const { requests, offered } = await runLoad(
      planFor(port, { traffic: { arrivals: 'closed', rate: [], closed } }),
    );
    expect(most).toBeLessThanOrEqual(5);
    expect(requests.length).toBe(offered);
    // 350 ms of 5 users, at least 40 ms a turn.
    expect(offered).toBeGreaterThan(9);
    expect(offered).toBeLessThanOrEqual(45);
  });
});

describe('the generator’s process', () => {
  it('ends at once when it is aborted, and the run rejects', async () => {
    const { port } = await serve();
    const plan = { ...planFor(port, { lastsMs: 60_000 }), zeroEpochMs: Date.now() + 60_000 };
    const run = await builtInLoad(clusterAt(port)).start(plan);
    await run.abort();
    await expect(run.finished).rejects.toThrow(/ended before its time/u);
  });

  it('ends when it is not wanted any more before it has started', async () => {
    const { port } = await serve();
    const plan = { ...planFor(port, { lastsMs: 60_000 }), zeroEpochMs: Date.now() + 60_000 };
    const interruption = new AbortController();
    const before = new Set(children());
    const run = builtInLoad(clusterAt(port)).start(plan, interruption.signal);
    const started = children().filter((pid) => !before.has(pid));
    expect(started).toHaveLength(1);
    interruption.abort(new Error('Ctrl-C'));
    await expect(run).rejects.toThrow('Ctrl-C');
    await vi.waitFor(
      () => {
        expect(started.filter(isRunning)).toEqual([]);
      },
      { timeout: 10_000 },
    );
  });

  it('ends when whoever started it dies without a word', async () => {
    const { port } = await serve();
    const plan = { ...planFor(port, { lastsMs: 60_000 }), zeroEpochMs: Date.now() + 60_000 };
    const program = `
      import { builtInLoad } from ${JSON.stringify(PROGRAM)};
      await builtInLoad(${JSON.stringify(clusterAt(port))}).start(${JSON.stringify(plan)});
      const { readFileSync } = await import('node:fs');
      console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim());
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const generator = Number(text.toString().trim());
    expect(isRunning(generator)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(isRunning(generator)).toBe(false);
      },
      { timeout: 10_000 },
    );
  });

  it('stops offering when it is told, and what was offered still ends', async () => {
    const { port } = await serve();
    const plan = { ...planFor(port, { lastsMs: 60_000 }), zeroEpochMs: Date.now() };
    const run = await builtInLoad(clusterAt(port)).start(plan);
    setTimeout(() => {
      run.stop();
    }, 300);
    const { offered, requests, inFlight } = await run.finished;
    expect(offered).toBeGreaterThan(0);
    expect([...requests].length + inFlight).toBe(offered);
  });
});
