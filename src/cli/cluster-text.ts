/** What `sim cluster` says of a cluster. */
import type { RunningCluster } from '../harness/cluster.ts';
import type { ClusterStatus } from '../harness/cluster/cluster-status.ts';
import type { UpResult } from '../harness/cluster/cluster-up.ts';

const MADE: Readonly<Record<UpResult['made'], string>> = {
  created: 'is up',
  repaired: 'is up again',
  'was-up': 'was up already',
};

export function upText(cluster: RunningCluster, made: UpResult['made']): string {
  const head = `The cluster ${cluster.name} ${MADE[made]}: Kubernetes ${cluster.kubernetesVersion}, kube-proxy with ${cluster.kubeProxyMode}.`;
  const nodes = cluster.nodes.map(
    ({ name, entrance }) => `  ${name}: NodePort ${cluster.nodePort} at ${entrance.host}:${entrance.port}`,
  );
  return `${[head, ...nodes, ...faultLines(cluster)].join('\n')}\n`;
}

/** Who carries out which faults here, and which nobody can. */
function faultLines({ chaosMesh, netem }: RunningCluster): readonly string[] {
  return [
    chaosMesh
      ? '  faults: Chaos Mesh carries out its own objects'
      : '  faults: no Chaos Mesh is installed; its PodChaos is carried out through the API',
    netem
      ? '  network: nodes can be cut off; packets could be delayed and lost, which no scenario asks for yet'
      : '  network: nodes can be cut off; packets cannot be delayed or lost, since the kernel has no netem',
  ];
}

export function statusText({ name, state, problem, docker, nodes, changes }: ClusterStatus): string {
  if (state === 'absent') return `There is no cluster ${name}: sim cluster up makes it.\n`;
  const head =
    state === 'ready' ? `The cluster ${name} is ready.` : `The cluster ${name} is half up: ${problem ?? ''}.`;
  const lines = [
    head.replace(/\.\.$/u, '.'),
    `  Docker: ${docker ?? 'not found yet'}`,
    ...nodes.map(
      ({ name: node, container, entrance }) =>
        `  ${node}: ${container}, at ${entrance.host}:${entrance.port}`,
    ),
    ...changes.map((change) => `  changed on this machine: ${change}`),
  ];
  return `${lines.join('\n')}\n`;
}
