/**
 * One request through every node's NodePort to a pod and back: what no status can prove. The cluster's own DNS pods
 * answer it, at their readiness endpoint, so that no image is needed; the Service for it is made and taken away again.
 */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterNode } from '../cluster.ts';
import { execIn } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { kubectl, listed } from './kind-nodes.ts';

const SERVICE = 'rollout-sim-probe';
/** CoreDNS's plug-in `ready`. */
const READY_PORT = 8181;
const WITHIN_MS = 30_000;
const POLL_MS = 250;

interface ServiceObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly ports?: readonly { readonly nodePort?: number }[] };
}

export async function probeEntrances(
  docker: Docker,
  cluster: string,
  nodePort: number,
  nodes: readonly ClusterNode[],
  signal?: AbortSignal,
): Promise<void> {
  const services = await listed<ServiceObject>(docker, cluster, ['services', '--all-namespaces']);
  const user = services.find(({ spec }) => spec.ports?.some((port) => port.nodePort === nodePort) === true);
  // Somebody's Service has the port: a cluster in use is not disturbed.
  if (user !== undefined && user.metadata.name !== SERVICE) return;
  await kubectl(docker, cluster, ['apply', '--filename=-'], { input: JSON.stringify(service(nodePort)) });
  try {
    for (const node of nodes) await answered(node, signal);
  } finally {
    await kubectl(docker, cluster, ['delete', 'service', SERVICE, '--namespace=kube-system', '--wait']);
    await Promise.all(nodes.map(async ({ name }) => forgetConnections(docker, name, nodePort)));
  }
}

function service(nodePort: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace: 'kube-system' },
    spec: {
      type: 'NodePort',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [{ port: 80, targetPort: READY_PORT, nodePort }],
    },
  };
}

/** Tracked connections of an earlier Service would send a port that is used again to its pods. */
export async function forgetConnections(docker: Docker, node: string, nodePort: number): Promise<void> {
  // It ends with an error when there is nothing to delete.
  await execIn(docker, node, [
    'conntrack',
    '--delete',
    '--proto',
    'tcp',
    '--orig-port-dst',
    String(nodePort),
  ]);
}

async function answered({ name, entrance }: ClusterNode, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    signal?.throwIfAborted();
    const failure = await attempt(entrance.host, entrance.port);
    if (failure === null) return;
    if (Date.now() > deadline)
      throw new EnvironmentError(
        `A request to ${entrance.host}:${entrance.port} does not reach a pod through ${name}: ${failure}.`,
      );
    await sleep(POLL_MS);
  }
}

/** Null: it was answered with 200. */
async function attempt(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const sent = request({ host, port, path: '/ready', agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? null : `it was answered with ${response.statusCode ?? 0}`);
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer within 2 s')));
    sent.once('error', (error) => resolve(error.message));
    sent.end();
  });
}
