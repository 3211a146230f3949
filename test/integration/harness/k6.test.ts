/** The k6 script's functions against a live server, run by a stand-in for k6 that the harness finds on its PATH. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { k6Load } from '../../../src/harness/load/k6-load.ts';
import type { LoadPlan, LoadResult } from '../../../src/harness/load.ts';
import type { Expectation } from '../../../src/scenario/scenario.ts';
import { clusterAt, countBy, planFor, type PlanSetup } from '../../unit/harness/load/load-fixture.ts';

const STAND_IN = fileURLToPath(new URL('../../fixtures/k6/k6-stand-in.ts', import.meta.url));
const NO_FAILURES: Expectation = {
  name: 'failedRequests',
  max: 0,
  location: { file: 'scenario.yaml', line: 1, column: 1 },
};

let folder = '';
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'k6-'));
  writeFileSync(join(folder, 'k6'), `#!/bin/sh\nexec '${process.execPath}' '${STAND_IN}' "$@"\n`);
  chmodSync(join(folder, 'k6'), 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: (response: ServerResponse, ordinal: number) => void): Promise<number> {
  let seen = 0;
  const server = createServer((request, response) => {
    request.resume();
    seen += 1;
    answer(response, seen);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function ok(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 0, 'x-pod': 'pod-a' }).end();
}

function plan(port: number, setup: PlanSetup = {}): LoadPlan {
  const clients = { timeoutMs: 5000, ...setup.clients };
  return { ...planFor(port, { lastsMs: 600, ...setup, clients }), zeroEpochMs: Date.now() + 800 };
}

async function run(port: number, setup?: PlanSetup): Promise<LoadResult> {
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
  const running = await k6Load(clusterAt(port), [NO_FAILURES]).start(plan(port, setup));
  return running.finished;
}

describe('load by k6', () => {
  it('gives the same kind of result as the built-in load, whatever fails', async () => {
    const port = await serve((response, ordinal) => {
      if (ordinal % 10 === 5) response.writeHead(500, { 'content-length': 0, 'x-pod': 'pod-a' }).end();
      else if (ordinal % 10 === 7) response.socket?.destroy();
      else ok(response);
    });
    const { requests, offered, inFlight, lagP99Ms } = await run(port);
    const all = [...requests];
    expect(all.length + inFlight).toBe(offered);
    expect(offered).toBe(60);
    const counts = countBy(all, ({ outcome }) => outcome);
    expect(Object.keys(counts).sort()).toEqual(['eof', 'http-5xx', 'ok']);
    expect(counts['ok']).toBeGreaterThan(30);
    expect(new Set(all.map(({ pod }) => pod))).toEqual(new Set(['pod-a', null]));
    expect(all.some(({ connection }) => connection === 'reused')).toBe(true);
    expect(all.map(({ endedMs }) => endedMs)).toEqual(
      all.map(({ endedMs }) => endedMs).sort((a, b) => a - b),
    );
    // Due 10 ms after each other.
    const due = all.map(({ arrivedMs }) => arrivedMs).sort((a, b) => a - b);
    expect((due.at(-1) ?? 0) - (due[0] ?? 0)).toBeCloseTo((due.length - 1) * 10, 0);
    expect(lagP99Ms.length).toBeGreaterThan(0);
  });

  it('refused: nobody listens', async () => {
    const port = await serve(ok);
    servers.pop()?.close();
    const { requests } = await run(port, { lastsMs: 200 });
    expect(
      [...requests].every(({ outcome, connection }) => outcome === 'refused' && connection === 'new'),
    ).toBe(true);
  });

  it('tries again as the scenario says', async () => {
    const port = await serve((response, ordinal) => {
      if (ordinal <= 4) response.writeHead(503, { 'content-length': 0, 'x-pod': 'pod-a' }).end();
      else ok(response);
    });
    const retries = { max: 4, on: ['5xx'] as const, backoff: { baseMs: 1, capMs: 2 } };
    const { requests } = await run(port, { rateRps: 20, clients: { retries } });
    const all = [...requests];
    expect(all.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(all.some(({ attempts }) => attempts > 1)).toBe(true);
  });

  it('plays the users of a closed loop', async () => {
    const port = await serve(ok);
    const closed = { users: 2, thinkTime: { kind: 'constant', value: 20 } as const };
    // Where k6 starts late, its users have the less time.
    const { requests, offered } = await run(port, {
      lastsMs: 3000,
      traffic: { arrivals: 'closed', rate: [], closed },
    });
    expect(offered).toBeGreaterThan(5);
    expect([...requests].length).toBe(offered);
  });

  it('says what to install where there is no k6', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(k6Load(clusterAt(1), []).start(plan(1))).rejects.toThrow(/k6 is missing: install it from/u);
  });

  it('goes nowhere but to the cluster', async () => {
    const wrong = { ...plan(1), entrances: [{ node: 'worker', host: '10.0.0.9', port: 80, sources: [] }] };
    await expect(k6Load(clusterAt(1), []).start(wrong)).rejects.toThrow(EnvironmentError);
  });
});
