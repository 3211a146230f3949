/** The kind configuration: the project's own file, and what is added to it where there is no image registry. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { NodeImage } from './node-image.ts';

interface KindNode {
  readonly role: 'control-plane' | 'worker';
  readonly extraPortMappings: readonly { readonly containerPort: number; readonly hostPort: number }[];
}

export interface KindConfig {
  readonly networking: Readonly<Record<string, unknown>>;
  readonly kubeadmConfigPatches?: readonly string[];
  readonly nodes: readonly KindNode[];
}

const FILE = fileURLToPath(new URL('../../../kind-config.yaml', import.meta.url));

/** From this release on, the kubelet does not start on cgroup v1 unless it is told to. */
const REFUSES_CGROUP_V1_FROM_MINOR = 35;

export function readKindConfig(): KindConfig {
  return parse(readFileSync(FILE, 'utf8')) as KindConfig;
}

/** The NodePort of every node, and the ports of this machine that lead there. */
export function portsOf({ nodes }: KindConfig): {
  readonly nodePort: number;
  readonly hostPorts: readonly number[];
} {
  const mappings = nodes.flatMap(({ extraPortMappings }) => extraPortMappings);
  return {
    nodePort: mappings[0]?.containerPort ?? 0,
    hostPorts: mappings.map(({ hostPort }) => hostPort),
  };
}

/**
 * No network daemon, since its image would have to be pulled: each node's part of the network is written by hand
 * (pod-network.ts). The images of Kubernetes' own parts go by another repository's name, so that nothing can be
 * mistaken for the published ones.
 */
export function forNodeImage(
  config: KindConfig,
  { imageRepository, kubernetesVersion }: NodeImage,
  hasCgroupV1: boolean,
): KindConfig {
  const minor = Number(kubernetesVersion.split('.')[1]);
  const kubelet = {
    kind: 'KubeletConfiguration',
    cgroupRoot: '/',
    failSwapOn: false,
    maxOpenFiles: 16_384,
    ...(hasCgroupV1 && minor >= REFUSES_CGROUP_V1_FROM_MINOR ? { failCgroupV1: false } : {}),
  };
  const patches = [{ kind: 'ClusterConfiguration', imageRepository }, kubelet];
  return {
    ...config,
    networking: { ...config.networking, disableDefaultCNI: true },
    kubeadmConfigPatches: patches.map((patch) => stringify(patch)),
  };
}

export function kindConfigText(config: KindConfig): string {
  return stringify(config);
}
