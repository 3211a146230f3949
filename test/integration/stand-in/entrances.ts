/** Each node's NodePort: open while an EndpointSlice that was written by hand lists an address, a known time late. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningCluster } from '../../../src/harness/cluster.ts';
import type { ObjectStore } from './object-store.ts';

export const PROXY_SYNC_MS = 150;
export const ROUND_TRIP_MS = 5;

export class Entrances {
  readonly #servers: Server[] = [];
  readonly #ports: number[] = [];
  readonly #end: () => void;

  /** @param slice the name of the EndpointSlice */
  constructor(store: ObjectStore, slice: string) {
    let isOpen = false;
    this.#end = store.watch('endpointslices', Number(store.version), ({ object }) => {
      if (object.metadata.name !== slice) return;
      const isListed = ((object['endpoints'] ?? []) as readonly unknown[]).length > 0;
      if (isListed === isOpen) return;
      isOpen = isListed;
      setTimeout(() => this.#turn(isListed), PROXY_SYNC_MS);
    });
  }

  /** The cluster with a port of its own for each node, at which nobody listens yet. */
  async of(cluster: RunningCluster): Promise<RunningCluster> {
    for (const _ of cluster.nodes) {
      const server = createServer((request, response) => {
        request.resume();
        setTimeout(() => response.writeHead(200, { 'content-length': 0 }).end(), ROUND_TRIP_MS);
      });
      this.#servers.push(server);
      this.#ports.push(await freePort());
    }
    const nodes = cluster.nodes.map((node, index) => {
      const entrance = { host: '127.0.0.1', port: this.#ports[index] ?? 0 } as const;
      return { ...node, entrance };
    });
    return { ...cluster, nodes };
  }

  close(): void {
    this.#end();
    this.#turn(false);
  }

  #turn(isOpen: boolean): void {
    for (const [index, server] of this.#servers.entries())
      if (isOpen) server.listen(this.#ports[index], '127.0.0.1');
      else {
        server.close();
        server.closeAllConnections();
      }
  }
}

/** Below those that are given to whoever connects. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    const taken = once(server, 'error').then(() => true);
    const free = once(server.listen(port, '127.0.0.1'), 'listening').then(() => false);
    if (await Promise.race([taken.catch(() => true), free.catch(() => true)])) continue;
    const found = (server.address() as AddressInfo).port;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return found;
  }
  throw new Error('no port is free');
}
