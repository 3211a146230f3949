/** The workload as a process: how it boots, answers probes, overflows, errs and ends by itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { askProbe } from '../../../../src/harness/workload/ask-probe.ts';
import { REQUEST_PATH } from '../../../../src/harness/workload/request-path.ts';
import type { Workload } from '../../../../src/scenario/scenario.ts';
import { countBy } from '../load/load-fixture.ts';
import { portOf, startWorkload, WORKLOAD, type RunningWorkload } from './workload-fixture.ts';

const running: RunningWorkload[] = [];
const agent = new Agent({ keepAlive: true });

afterEach(() => {
  for (const workload of running.splice(0)) workload.kill('SIGKILL');
});

function start(workload: Partial<Workload>, folder?: string): RunningWorkload {
  const started = startWorkload(workload, folder);
  running.push(started);
  return started;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function ask(
  port: number,
  path: string = REQUEST_PATH,
  withinMs = 5000,
  by = agent,
): Promise<Answer | null> {
  return new Promise((resolve) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, agent: by }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
    });
    asked.setTimeout(withinMs, () => {
      resolve(null);
      asked.destroy();
    });
    asked.once('error', () => {
      resolve(null);
    });
    asked.end();
  });
}

/** A connection that has had its answer to a probe. */
async function keptAlive(port: number): Promise<{ readonly ask: () => Promise<number | null> }> {
  const own = new Agent({ keepAlive: true, maxSockets: 1 });
  const askOn = async (path: string): Promise<number | null> =>
    (await ask(port, path, 20_000, own))?.status ?? null;
  await askOn('/live');
  return { ask: async () => askOn(REQUEST_PATH) };
}

describe('a workload', () => {
  it('listens once it has booted, and says who it is', async () => {
    const workload = start({ boot: { kind: 'constant', value: 400 } });
    const port = await portOf(workload);
    const [started, listening] = [await workload.line('started'), await workload.line('listening')];
    // Both are rounded, and a timer may be a millisecond early.
    expect(listening.epochMs - started.epochMs).toBeGreaterThanOrEqual(397);
    expect(await ask(port)).toMatchObject({
      status: 200,
      headers: { 'x-pod': 'checkout-1', 'x-node': 'worker', 'content-length': '3' },
    });
  });

  it('answers probes apart from requests, and readiness by its dependencies (R-APP-6, R-APP-8)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dependencies-'));
    try {
      const workload = start({ dependencies: ['redis'] }, folder);
      const port = await portOf(workload);
      expect(await askProbe(port, '/ready')).toBe(true);
      await workload.line('ready');
      writeFileSync(join(folder, 'dependencies-down.json'), '["postgres"]');
      expect(await askProbe(port, '/ready')).toBe(true);
      writeFileSync(join(folder, 'dependencies-down.json'), '["postgres","redis"]');
      expect(await askProbe(port, '/ready')).toBe(false);
      expect(await askProbe(port, '/live')).toBe(true);
      writeFileSync(join(folder, 'dependencies-down.json'), '[]');
      expect(await askProbe(port, '/ready')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fails readiness from SIGTERM on where it is meant to (R-SRV-2)', async () => {
    const onSigterm = {
      ...WORKLOAD.onSigterm,
      style: 'lame-duck' as const,
      lameDuckMs: 20_000,
      failReadiness: true,
    };
    const workload = start({ onSigterm });
    const port = await portOf(workload);
    expect(await askProbe(port, '/ready')).toBe(true);
    workload.kill('SIGTERM');
    await workload.line('sigterm');
    expect(await askProbe(port, '/ready')).toBe(false);
    expect(await askProbe(port, '/live')).toBe(true);
    expect((await ask(port))?.status).toBe(200);
  });

  it.each(['stop-accept', 'lame-duck'] as const)(
    'tells that its listener is closed, also when nothing is in flight (%s)',
    async (style) => {
      const workload = start({ onSigterm: { ...WORKLOAD.onSigterm, style, lameDuckMs: 20 } });
      await portOf(workload);
      workload.kill('SIGTERM');
      expect((await workload.exited).code).toBe(0);
      const lives = workload.lines.map(({ life }) => life);
      expect(lives).toEqual(['started', 'listening', 'sigterm', 'listener-closed', 'exited']);
    },
  );

  it('answers 503 when its backlog is full, and goes on (R-APP-9)', async () => {
    const slow = { serviceTime: { kind: 'constant', value: 300 } as const, concurrency: 1, backlog: 1 };
    const port = await portOf(start(slow));
    const answers = await Promise.all([ask(port), ask(port), ask(port), ask(port)]);
    expect(countBy(answers, (answer) => `${answer?.status}`)).toEqual({ '200': 2, '503': 2 });
  });

  it('or never answers what it has no room for', async () => {
    const port = await portOf(
      start({
        serviceTime: { kind: 'constant', value: 100 },
        concurrency: 1,
        backlog: 0,
        overflow: 'drop',
      }),
    );
    const answers: (Answer | null)[] = [];
    const asked = [ask(port), ask(port)].map(async (answer) => answers.push(await answer));
    await Promise.race(asked);
    await sleep(300);
    expect(answers.map((answer) => answer?.status)).toEqual([200]);
  });

  it('errs as often as it is told, and counts it', async () => {
    const workload = start({ errorRate: 1, serviceTime: { kind: 'constant', value: 0 } });
    const port = await portOf(workload);
    expect((await ask(port))?.status).toBe(500);
    workload.kill('SIGTERM');
    expect((await workload.line('served')).counts).toEqual({ answered: 1, overflowed: 0, errors: 1 });
  });

  it('closes connections that idle for its keep-alive timeout (R-CLI-5)', async () => {
    const port = await portOf(start({ keepAliveTimeoutMs: 300 }));
    const socket = connect(port, '127.0.0.1');
    const askedMs = performance.now();
    socket.write(`GET ${REQUEST_PATH} HTTP/1.1\r\nHost: pod\r\n\r\n`);
    await once(socket, 'data');
    await once(socket, 'end');
    expect(performance.now() - askedMs).toBeGreaterThan(290);
  });

  it.each([
    [0, 0],
    [1, 1],
  ])('a job ends by itself (failure rate %d: exit code %d)', async (failureRate, code) => {
    const job = start({ boot: null, runs: { kind: 'constant', value: 50 }, failureRate });
    expect((await job.exited).code).toBe(code);
    expect(job.lines.map(({ life }) => life)).toEqual(['started', 'exited']);
  });

  it('SIGTERM does not close a connection under a request that had come before (R-SRV-2 b, R-SRV-4)', async () => {
    const workload = start({ cpuPerRequestMs: 2500, serviceTime: { kind: 'constant', value: 0 } });
    const port = await portOf(workload);
    const [busy, idle] = [await keptAlive(port), await keptAlive(port)];
    // Both are there when it goes on: it works for the one and can read nothing more until it takes the other.
    workload.kill('SIGSTOP');
    const first = busy.ask();
    await sleep(100);
    workload.kill('SIGTERM');
    workload.kill('SIGCONT');
    await sleep(200);
    expect(await Promise.all([first, idle.ask()])).toEqual([200, 200]);
    expect(await workload.exited).toMatchObject({ code: 0 });
  });

  it('SIGTERM while it boots ends it at once', async () => {
    const workload = start({ boot: { kind: 'constant', value: 60_000 } });
    await workload.line('started');
    workload.kill('SIGTERM');
    expect((await workload.exited).code).toBe(143);
    expect(workload.lines.map(({ life }) => life)).toEqual(['started', 'sigterm', 'exited']);
  });
});
