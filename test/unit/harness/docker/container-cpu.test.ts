/** CPU time of containers, from answers of a Docker API on a socket of the test's own. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { containerCpu, type ContainerCpu } from '../../../../src/harness/docker/container-cpu.ts';
import { dockerAt } from '../../../../src/harness/docker/docker.ts';

/** As the Engine API describes it (1.41 and later), on cgroup v2 and on v1, as far as it is about the CPU. */
const ON_V2 = {
  read: '2026-11-20T10:57:31.547920715Z',
  preread: '0001-01-01T00:00:00Z',
  pids_stats: { current: 212, limit: 18_446_744_073_709_552_000 },
  cpu_stats: {
    cpu_usage: {
      total_usage: 100_215_355_000,
      usage_in_kernelmode: 30_310_095_000,
      usage_in_usermode: 69_905_260_000,
    },
    system_cpu_usage: 7_393_065_900_000_000,
    online_cpus: 4,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  },
  precpu_stats: { cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 } },
};
const ON_V1 = {
  ...ON_V2,
  cpu_stats: {
    ...ON_V2.cpu_stats,
    cpu_usage: {
      ...ON_V2.cpu_stats.cpu_usage,
      percpu_usage: [8_646_879_000, 24_472_255_000, 36_438_778_000, 30_657_443_000],
    },
  },
};
/** Of a container that does not run. */
const STOPPED = {
  read: '0001-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 } },
};

async function daemon(listener: RequestListener): Promise<ContainerCpu> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-sim-docker-'));
  const socket = join(folder, 'docker.sock');
  const server = createServer(listener).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const read = containerCpu(dockerAt(`unix://${socket}`, '28.0.0'));
  if (read === null) throw new Error('a socket of this machine can be asked');
  return read;
}

async function answering(status: number, body: string): Promise<ContainerCpu> {
  return daemon((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
}

describe('the CPU time of a container', () => {
  test.each([
    ['cgroup v2', ON_V2],
    ['cgroup v1', ON_V1],
  ])('is the daemon’s own figure on %s, in milliseconds, as of when it was read', async (_, stats) => {
    const read = await answering(200, JSON.stringify(stats));
    expect(await read('kind-worker')).toEqual({
      atMs: Date.parse('2026-11-20T10:57:31.547Z'),
      usedMs: 100_215.355,
    });
  });

  test('is waited for while the collector of an older daemon comes round', async () => {
    const read = await daemon((_, response) => {
      setTimeout(() => {
        response.end(JSON.stringify(ON_V2));
      }, 1300);
    });
    expect(await read('kind-worker')).toMatchObject({ usedMs: 100_215.355 });
  });

  test('is asked for once, without the second look that takes a second', async () => {
    const asked: (string | undefined)[] = [];
    const read = await daemon((request, response) => {
      asked.push(request.url);
      response.end(JSON.stringify(ON_V2));
    });
    await read('kind-worker/2');
    expect(asked).toEqual(['/containers/kind-worker%2F2/stats?stream=false&one-shot=true']);
  });

  test.each([
    ['a container that does not run', 200, JSON.stringify(STOPPED)],
    ['a container that is not there', 404, '{"message":"No such container: kind-worker"}'],
    ['an answer without CPU figures', 200, '{"read":"2026-11-20T10:57:31Z","cpu_stats":{}}'],
    ['an answer without a time', 200, JSON.stringify({ ...ON_V2, read: undefined })],
    ['an answer that is null', 200, 'null'],
    ['an answer that is no JSON', 200, '<html>'],
  ])('is not known of %s', async (_, status, body) => {
    const read = await answering(status, body);
    expect(await read('kind-worker')).toBeNull();
  });

  test('is not waited for when the daemon says nothing', async () => {
    const read = await daemon(() => undefined);
    const askedMs = performance.now();
    expect(await read('kind-worker')).toBeNull();
    expect(performance.now() - askedMs).toBeLessThan(10_000);
  });

  test('is not known where nobody listens, and cannot be asked for elsewhere', async () => {
    expect(await containerCpu(dockerAt('unix:///nowhere/docker.sock', '28.0.0'))?.('a')).toBeNull();
    expect(containerCpu(dockerAt('tcp://127.0.0.1:2376', '28.0.0'))).toBeNull();
  });
});
