/** Real sockets, real errors: each way in which a server can fail, and the class of R-SRV-11 that it gives. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOfError, outcomeOfStatus } from '../../../../src/harness/load/socket-outcome.ts';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { countBy, planFor, runLoad, type PlanSetup } from './load-fixture.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nx-pod: pod-a\r\n\r\nok\n';

async function outcomesOf(port: number, setup: PlanSetup = {}): Promise<Record<string, number>> {
  const { requests, offered, inFlight } = await runLoad(planFor(port, { lastsMs: 200, ...setup }));
  expect(requests.length + inFlight).toBe(offered);
  expect(offered).toBeGreaterThan(10);
  return countBy(requests, ({ outcome, connection }) => `${outcome} ${connection}`);
}

describe('the class of a failure', () => {
  it('refused: nobody listens', async () => {
    const port = await serve(() => {});
    servers.pop()?.close();
    expect(Object.keys(await outcomesOf(port))).toEqual(['refused new']);
  });

  it('reset: the connection dies under the request', async () => {
    const port = await serve((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(Object.keys(await outcomesOf(port))).toEqual(['reset new']);
  });

  it('eof: it ends properly in the middle of an answer', async () => {
    const port = await serve((socket) => {
      socket.once('data', () => socket.end(OK.slice(0, -2)));
    });
    expect(Object.keys(await outcomesOf(port))).toEqual(['eof new']);
  });

  it('request-timeout: it accepts and says nothing', async () => {
    const port = await serve((socket) => socket.resume());
    const clients = { timeoutMs: 120, connectionsEach: 64 };
    expect(Object.keys(await outcomesOf(port, { clients }))).toEqual(['request-timeout new']);
  });

  it('request-timeout: no connection was free in time', async () => {
    const port = await serve((socket) => {
      socket.on('data', () => setTimeout(() => socket.write(OK), 300));
    });
    const setup = { clients: { count: 1, connectionsEach: 1, timeoutMs: 100 } };
    const counts = await outcomesOf(port, setup);
    // One that got a connection with its last milliseconds may still have been connecting.
    expect(counts['request-timeout new']).toBeGreaterThan(8);
    expect(counts['ok new']).toBe(undefined);
  });

  it('connect-timeout: handshakes are not answered', async () => {
    // A backlog of 1 that nobody accepts from fills, and the kernel lets further handshakes wait.
    const { spawn } = await import('node:child_process');
    const child = spawn(
      'python3',
      [
        '-c',
        'import socket,time\ns=socket.socket()\ns.bind(("127.0.0.1",0))\ns.listen(0)\nprint(s.getsockname()[1],flush=True)\ntime.sleep(20)',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (text: Buffer) => {
        resolve(Number(text.toString()));
      });
    });
    const counts = await outcomesOf(port, {
      clients: { connectTimeoutMs: 100, connectionsEach: 64, timeoutMs: 150 },
    });
    child.kill();
    expect(counts['connect-timeout new']).toBeGreaterThan(5);
  });

  it('eof or reset on a reused connection: the server closed it while it was idle (R-CLI-5)', async () => {
    // Answers once, then closes at the very moment at which the next request comes.
    const port = await serve((socket) => {
      socket.once('data', () => {
        socket.write(OK);
        socket.once('data', () => socket.end());
      });
    });
    const counts = await outcomesOf(port, { clients: { count: 1, connectionsEach: 1 } });
    expect(Object.keys(counts).sort()).toEqual(['eof reused', 'ok new']);
  });

  it('an idle connection that the server closes is not used again', async () => {
    const port = await serve((socket) => {
      socket.on('data', () => socket.end(OK));
    });
    // Far apart: a machine that is late must not bring two of them together.
    const { requests } = await runLoad(planFor(port, { rateRps: 5, lastsMs: 1000, clients: { count: 1 } }));
    expect(countBy(requests, ({ outcome, connection }) => `${outcome} ${connection}`)).toEqual({
      'ok new': 5,
    });
  });

  it('http-5xx: the application says so', async () => {
    const port = await serve((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 503 No\r\nx-pod: pod-a\r\nContent-Length: 0\r\n\r\n'));
    });
    const counts = await outcomesOf(port);
    expect(Object.keys(counts).every((key) => key.startsWith('http-5xx '))).toBe(true);
  });

  it.each([
    ['ECONNREFUSED', 'connecting', 'refused'],
    ['EHOSTUNREACH', 'connecting', 'unreachable'],
    ['ENETUNREACH', 'sent', 'unreachable'],
    ['ETIMEDOUT', 'connecting', 'connect-timeout'],
    ['ETIMEDOUT', 'sent', 'request-timeout'],
    ['ECONNRESET', 'sent', 'reset'],
    ['EPIPE', 'sent', 'reset'],
    ['ENOTFOUND', 'connecting', 'dns'],
  ] as const)('%s while %s is %s', (code, phase, outcome) => {
    expect(outcomeOfError(code, phase)).toBe(outcome);
  });

  it('a limit of this machine is no failure of the cluster', () => {
    expect(() => outcomeOfError('EADDRNOTAVAIL', 'connecting')).toThrow(EnvironmentError);
    expect(() => outcomeOfError('EMFILE', 'connecting')).toThrow(/ulimit/u);
  });

  it("a 5xx without the workload's header is a proxy's", () => {
    expect([502, 503, 504, 500].map((status) => outcomeOfStatus(status, false))).toEqual([
      'http-502',
      'http-503',
      'http-504',
      'http-5xx',
    ]);
    expect(outcomeOfStatus(404, false)).toBe('ok');
  });
});
