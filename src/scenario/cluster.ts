/**
 * The scenario's `cluster` → nodes and their settings.
 */
import type { DiagnosticList } from './diagnostic-list.ts';
import type { ClusterSpec, NodeSpec } from './scenario.ts';
import type { ClusterInput, NodeInput, NodesInput } from './scenario-schema.ts';
import { locateValue, type SourceMap } from './source-map.ts';

export function toCluster(input: ClusterInput, source: SourceMap, diagnostics: DiagnosticList): ClusterSpec {
  if (Array.isArray(input.nodes)) reportDuplicates(input.nodes, source, diagnostics);
  const { mode, minSyncPeriod } = input.kubeProxy;
  return {
    nodes: Array.isArray(input.nodes) ? input.nodes.map(toNode) : equalNodes(input.nodes),
    // R-KP-2: one second, except for ipvs.
    kubeProxy: { mode, minSyncPeriodMs: minSyncPeriod ?? (mode === 'ipvs' ? 0 : 1000) },
    serializeImagePulls: input.serializeImagePulls,
    cachedImages: input.cachedImages,
  };
}

function reportDuplicates(nodes: readonly NodeInput[], source: SourceMap, diagnostics: DiagnosticList): void {
  const names = nodes.map((node) => node.name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const path = `spec.cluster.nodes[${index}].name`;
    diagnostics.add('E307', locateValue(source, path), {
      message: 'Two nodes have this name.',
      path,
      value: name,
    });
  }
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
