/**
 * The scenario's `cluster` → nodes and their settings.
 */
import type { ClusterSpec, NodeSpec } from './scenario.ts';
import type { ClusterInput, NodeInput, NodesInput } from './scenario-schema.ts';

export function toCluster(input: ClusterInput): ClusterSpec {
  const { mode, minSyncPeriod } = input.kubeProxy;
  return {
    nodes: Array.isArray(input.nodes) ? input.nodes.map(toNode) : equalNodes(input.nodes),
    // R-KP-2: one second, except for ipvs.
    kubeProxy: { mode, minSyncPeriodMs: minSyncPeriod ?? (mode === 'ipvs' ? 0 : 1000) },
    serializeImagePulls: input.serializeImagePulls,
    cachedImages: input.cachedImages,
  };
}

function equalNodes({ count, zones, ...resources }: NodesInput): readonly NodeSpec[] {
  return Array.from({ length: count }, (_, index) =>
    toNode({ name: `worker-${index + 1}`, zone: `zone-${(index % zones) + 1}`, ...resources }),
  );
}

function toNode(input: NodeInput): NodeSpec {
  return {
    name: input.name,
    zone: input.zone,
    cpuMilli: input.cpu,
    memoryBytes: input.memory,
    podsMax: input.pods,
  };
}
