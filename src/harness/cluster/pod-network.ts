/**
 * The pods' network where there is no network daemon: on each node one file for the container runtime, with the node's
 * own range of addresses, and one route to each other node. Safe to do again, which a node needs once it was started anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWords } from '../command.ts';
import { execIn } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { kindNodes, kubectl, listed } from './kind-nodes.ts';

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podCIDR?: string };
  readonly status: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

interface NetworkNode {
  readonly name: string;
  readonly podRange: string;
  readonly address: string;
}

const RANGES_WITHIN_MS = 60_000;
const POLL_MS = 500;

/**
 * One client's address meets few ports: without these, the kernel would still send a port that is used again to the pod of its last
 * connection, minutes after that pod has gone.
 */
const CONNECTION_TRACKING: Readonly<Record<string, number>> = {
  'net.netfilter.nf_conntrack_tcp_timeout_syn_sent': 3,
  'net.netfilter.nf_conntrack_tcp_timeout_time_wait': 5,
  'net.netfilter.nf_conntrack_tcp_timeout_close': 5,
  'net.netfilter.nf_conntrack_tcp_timeout_fin_wait': 10,
};

/**
 * With no endpoint left the proxy refuses by ICMP (R-KP-7), of which the kernel sends one caller's address one a second.
 * The scenario's callers have addresses of their own; here few addresses have all of them.
 */
const REFUSALS: Readonly<Record<string, number>> = { 'net.ipv4.icmp_ratelimit': 0 };

/** @throws EnvironmentError when a node's kube-proxy does not become healthy */
export async function setUpPodNetwork(docker: Docker, cluster: string, signal?: AbortSignal): Promise<void> {
  const nodes = await networkNodes(docker, cluster, signal);
  await removeDnsForwarding(docker, cluster);
  const running = new Set(
    (await kindNodes(docker, cluster)).filter(({ state }) => state === 'running').map(({ name }) => name),
  );
  const reachable = nodes.filter(({ name }) => running.has(name));
  await Promise.all(
    reachable.map(async (node) => inNode(docker, node.name, nodeScript(node, nodes), signal)),
  );
}

/** What every node of every cluster needs, whoever made its network. A kernel that is started anew has forgotten it. */
export async function setKernel(docker: Docker, node: string): Promise<void> {
  const words = Object.entries({ ...CONNECTION_TRACKING, ...REFUSALS }).map(
    ([key, value]) => `${key}=${value}`,
  );
  const ended = await execIn(docker, node, ['sysctl', '--quiet', '--write', ...words]);
  if (ended.exitCode !== 0)
    throw new EnvironmentError(`The node ${node} does not take its kernel's settings: ${lastWords(ended)}`);
}

/** The controller manager gives each node its range a moment after the node has registered. */
async function networkNodes(
  docker: Docker,
  cluster: string,
  signal?: AbortSignal,
): Promise<readonly NetworkNode[]> {
  const expected = (await kindNodes(docker, cluster)).length;
  const deadline = Date.now() + RANGES_WITHIN_MS;
  for (;;) {
    signal?.throwIfAborted();
    const nodes = (await listed<NodeObject>(docker, cluster, ['nodes'])).flatMap((node) => networkNode(node));
    if (nodes.length >= expected) return nodes;
    if (Date.now() > deadline)
      throw new EnvironmentError(
        `Only ${nodes.length} of ${expected} nodes of the cluster ${cluster} registered.`,
      );
    await sleep(POLL_MS);
  }
}

function networkNode({ metadata, spec, status }: NodeObject): NetworkNode[] {
  const address = status.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return spec.podCIDR === undefined || address === undefined
    ? []
    : [{ name: metadata.name, podRange: spec.podCIDR, address }];
}

/**
 * kube-proxy before the runtime's file, since the file is what pods wait for: one that reached for a Service before the rules exist
 * would leave a tracked connection that keeps it from there until its dial times out, 30 s later. kube-proxy itself lives in the
 * node's own network and needs no file.
 */
function nodeScript(node: NetworkNode, nodes: readonly NetworkNode[]): string {
  const others = nodes.filter(({ name }) => name !== node.name);
  return [
    'set -eu',
    ...others.map(({ podRange, address }) => `ip route replace ${podRange} via ${address}`),
    // What is sent to the address of a pod that has gone is lost, as on kind's own network, which lets it leave by the default route.
    `ip route replace blackhole ${node.podRange}`,
    'healthy=',
    'for attempt in $(seq 300); do',
    '  if curl -sf -o /dev/null -m 1 127.0.0.1:10256/healthz; then healthy=yes; break; fi',
    '  sleep 0.2',
    'done',
    '[ -n "$healthy" ] || { echo "error: kube-proxy is not healthy" >&2; exit 1; }',
    // Renamed into place: the runtime watches the folder and may read a file that is half written.
    `echo '${runtimeNetwork(node.podRange)}' >/etc/cni/net.d/.pods`,
    'mv /etc/cni/net.d/.pods /etc/cni/net.d/10-pods.conflist',
  ].join('\n');
}

function runtimeNetwork(podRange: string): string {
  return JSON.stringify({
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        mtu: 1500,
        ipam: {
          type: 'host-local',
          // In memory: a node that is started anew has no pods, and no address is taken.
          dataDir: '/run/cni-ipam',
          ranges: [[{ subnet: podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

async function inNode(docker: Docker, node: string, script: string, signal?: AbortSignal): Promise<void> {
  const ended = await execIn(docker, node, ['bash', '-s'], {
    input: script,
    ...(signal === undefined ? {} : { signal }),
  });
  if (ended.exitCode !== 0)
    throw new EnvironmentError(`The network of the node ${node}: ${lastWords(ended)}`);
}

/**
 * The nodes ask Docker's name server at 127.0.0.11. Inside of CoreDNS's own pod that address would be CoreDNS itself,
 * and there is nothing outside to ask: so nothing is forwarded.
 */
async function removeDnsForwarding(docker: Docker, cluster: string): Promise<void> {
  const words = ['--namespace=kube-system', 'configmap', 'coredns', '--output=json'];
  const map = JSON.parse(await kubectl(docker, cluster, ['get', ...words])) as {
    readonly data: { readonly Corefile: string };
  };
  const corefile = withoutForwarding(map.data.Corefile);
  if (corefile === map.data.Corefile) return;
  await kubectl(docker, cluster, ['replace', '--filename=-'], {
    input: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      data: { Corefile: corefile },
    }),
  });
}

export function withoutForwarding(corefile: string): string {
  return corefile.replaceAll(/^ *forward [^{\n]*(?:\{[^}]*\})?\n/gmu, '').replaceAll(/^ *loop *\n/gmu, '');
}
