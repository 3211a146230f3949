/**
 * The one place that decides where load may go: to the entrances of a cluster that the harness made, and to its nodes'
 * NodePort. What a kubeconfig, a context or an environment variable says is never asked.
 */
import { isIPv4 } from 'node:net';
import type { RunningCluster } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Entrance } from '../load.ts';

const LOOPBACK = '127.0.0.1';

/** @throws EnvironmentError when an entrance is not one of the cluster's own */
export function checkEntrances(
  entrances: readonly Entrance[],
  cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>,
): void {
  if (entrances.length === 0)
    throw new EnvironmentError(`The cluster ${cluster.name} has no entrance for the load.`);
  for (const entrance of entrances) {
    if (!isOwn(entrance, cluster)) {
      throw new EnvironmentError(
        `Load goes to the cluster ${cluster.name} alone, and ${entrance.host}:${entrance.port} is none of its entrances.`,
      );
    }
  }
}

function isOwn(
  { node, host, port }: Entrance,
  { nodePort, nodes }: Pick<RunningCluster, 'nodePort' | 'nodes'>,
): boolean {
  const own = nodes.find(({ name }) => name === node);
  if (own === undefined) return false;
  if (host === LOOPBACK) return port === own.entrance.port;
  return host === own.address && port === nodePort && isPrivate(host);
}

/** Docker's networks have private addresses (RFC 1918); a name or a public address is never a node's. */
function isPrivate(host: string): boolean {
  if (!isIPv4(host)) return false;
  const [a = 0, b = 0] = host.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
}
