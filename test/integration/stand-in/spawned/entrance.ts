/** The way into a stand-in cluster for real callers: a server that answers for its pods. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningCluster } from '../../../../src/harness/cluster.ts';

export interface Entrance {
  readonly into: (cluster: RunningCluster) => RunningCluster;
  readonly close: () => void;
}

export async function openEntrance(): Promise<Entrance> {
  const pods = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-length': 0, 'x-pod': 'web' }).end();
  });
  await once(pods.listen(0, '127.0.0.1'), 'listening');
  const { port } = pods.address() as AddressInfo;
  const entrance = { host: '127.0.0.1', port } as const;
  return {
    into: (cluster) => ({
      ...cluster,
      nodes: cluster.nodes.map((node) => Object.assign({}, node, { entrance })),
    }),
    close: () => {
      pods.closeAllConnections();
      pods.close();
    },
  };
}
