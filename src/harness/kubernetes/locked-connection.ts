/**
 * Where the harness's API server is and how it is spoken to: from the kubeconfig text of the cluster that the harness
 * made, never from the user's own files or context, and never anywhere but on this machine.
 */
import type { RunningCluster } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';

export interface LockedConnection {
  readonly cluster: string;
  /** Without a path or a slash at its end. */
  readonly origin: string;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The only host that traffic and faults may go to. */
const LOOPBACK = '127.0.0.1';

/** @throws EnvironmentError when the text leads anywhere else, or asks for more than a client certificate */
export async function lockedConnection({
  name,
  kubeconfig,
}: Pick<RunningCluster, 'name' | 'kubeconfig'>): Promise<LockedConnection> {
  // Loading it takes half a second: only what talks to a cluster pays for that.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null)
    throw new EnvironmentError(`The kubeconfig of the cluster ${name} names no server or no user.`);
  const { hostname, protocol, origin } = new URL(cluster.server);
  if (hostname !== LOOPBACK || cluster.proxyUrl !== undefined) {
    throw new EnvironmentError(
      `The kubeconfig of the cluster ${name} leads to ${cluster.server}: a replay goes to ${LOOPBACK} alone.`,
    );
  }
  if (user.exec !== undefined || user.authProvider !== undefined)
    throw new EnvironmentError(`The kubeconfig of the cluster ${name} would run a program to log in.`);
  const tls = protocol === 'https:' ? tlsOf(cluster.caData, user.certData, user.keyData) : {};
  return { cluster: name, origin, tls };
}

/** kind writes all three into the kubeconfig itself; a path to a file would belong to somebody else. */
function tlsOf(ca?: string, cert?: string, key?: string): LockedConnection['tls'] {
  return {
    ...(ca === undefined ? {} : { ca: decoded(ca) }),
    ...(cert === undefined ? {} : { cert: decoded(cert) }),
    ...(key === undefined ? {} : { key: decoded(key) }),
  };
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
