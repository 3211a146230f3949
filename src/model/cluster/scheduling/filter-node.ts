/** Why a pod cannot run on a node, in the scheduler's own words (R-SCH-1). */
import type { PodTemplate } from '../../../scenario/scenario.ts';
import { requestsOf } from '../pod-resources.ts';
import type { NodeObject } from '../objects.ts';
import type { NodeInfo } from './node-info.ts';

/** Cordoned, or tainted in a way that no pod here tolerates; the default tolerations are of NoExecute alone (R-NOD-6). */
export function reasonClosed({ unschedulable, taints }: NodeObject): string | null {
  if (unschedulable) return 'node(s) were unschedulable';
  const taint = taints.find(({ effect }) => effect === 'NoSchedule');
  return taint === undefined ? null : `node(s) had untolerated taint {${taint.key}: }`;
}

/** All reasons; empty: the node is feasible. */
export function reasonsAgainst(template: PodTemplate, node: NodeInfo): string[] {
  const { labels, spec, requested, closed } = node;
  if (closed !== null) return [closed];
  for (const [key, value] of Object.entries(template.nodeSelector)) {
    if (labels[key] !== value) return ["node(s) didn't match Pod's node affinity/selector"];
  }
  const requests = requestsOf(template);
  const reasons: string[] = [];
  if (node.podCount + 1 > spec.podsMax) reasons.push('Too many pods');
  if (requests.cpuMilli > 0 && requests.cpuMilli > spec.cpuMilli - requested.cpuMilli)
    reasons.push('Insufficient cpu');
  if (requests.memoryBytes > 0 && requests.memoryBytes > spec.memoryBytes - requested.memoryBytes)
    reasons.push('Insufficient memory');
  return reasons;
}

/** «0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu.» */
export function describeUnschedulable(reasonsByNode: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasonsByNode.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  return `0/${reasonsByNode.length} nodes are available: ${parts.join(', ')}.`;
}
