/** Load goes to the harness's own cluster and nowhere else, whatever the user's files and variables say. */
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { builtInLoad } from '../../../../src/harness/load/built-in-load.ts';
import { checkEntrances } from '../../../../src/harness/load/own-entrances.ts';
import type { Entrance } from '../../../../src/harness/load.ts';
import { clusterAt, planFor, runLoadProcess } from './load-fixture.ts';

const cluster = clusterAt(31_080);

const entrance = (host: string, port: number, node = 'worker'): Entrance => ({
  node,
  host,
  port,
  sources: [],
});

describe('entrances', () => {
  it('a node’s loopback entrance and its own NodePort are the cluster’s', () => {
    expect(() => {
      checkEntrances([entrance('127.0.0.1', 31_080), entrance('172.18.0.3', 30_080)], cluster);
    }).not.toThrow();
  });

  it.each([
    ['another host', entrance('shop.example.com', 80)],
    ['another port of this machine', entrance('127.0.0.1', 8080)],
    ['a name for this machine', entrance('localhost', 31_080)],
    ['another address of Docker’s network', entrance('172.18.0.4', 30_080)],
    ['another port of the node', entrance('172.18.0.3', 22)],
    ['a node of another cluster', entrance('127.0.0.1', 31_080, 'production-1')],
    ['IPv6', entrance('::1', 31_080)],
  ])('%s is refused', (_, wrong) => {
    expect(() => {
      checkEntrances([wrong], cluster);
    }).toThrow(EnvironmentError);
  });

  it('a public address is no node’s, even where the cluster says so', () => {
    const [worker] = cluster.nodes;
    if (worker === undefined) throw new Error('the cluster has a worker');
    const forged = { ...cluster, nodes: [{ ...worker, address: '93.184.216.34' }] };
    expect(() => {
      checkEntrances([entrance('93.184.216.34', 30_080)], forged);
    }).toThrow(/none of its entrances/u);
  });

  it('no entrance is no load', () => {
    expect(() => {
      checkEntrances([], cluster);
    }).toThrow(/has no entrance/u);
  });

  it('the generator is not started for a refused plan', async () => {
    const plan = { ...planFor(31_080), entrances: [entrance('10.0.0.1', 80)] };
    await expect(builtInLoad(cluster).start(plan)).rejects.toThrow(EnvironmentError);
  });
});

describe('a changed kubeconfig or context', () => {
  const servers: Server[] = [];
  const folders: string[] = [];

  afterEach(() => {
    vi.unstubAllEnvs();
    for (const server of servers.splice(0)) server.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  async function countingServer(): Promise<{ readonly port: number; readonly hits: () => number }> {
    let count = 0;
    const server = createServer((request, response) => {
      count += 1;
      request.resume();
      response.writeHead(200, { 'content-length': 0, 'x-pod': 'pod' }).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return { port: (server.address() as AddressInfo).port, hits: () => count };
  }

  it('does not redirect load', async () => {
    const own = await countingServer();
    const other = await countingServer();
    const url = `http://127.0.0.1:${other.port}`;
    const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    folders.push(folder);
    const kubeconfig = join(folder, 'config');
    writeFileSync(
      kubeconfig,
      `apiVersion: v1\nkind: Config\ncurrent-context: production\ncontexts: [{ name: production, context: { cluster: c, user: u } }]\nclusters: [{ name: c, cluster: { server: ${url} } }]\nusers: [{ name: u, user: {} }]\n`,
    );
    vi.stubEnv('KUBECONFIG', kubeconfig);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'DOCKER_HOST']) vi.stubEnv(name, url);
    const { offered, requests } = await runLoadProcess(planFor(own.port, { lastsMs: 300 }));
    expect(other.hits()).toBe(0);
    expect(own.hits()).toBe(offered);
    expect(requests.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});
