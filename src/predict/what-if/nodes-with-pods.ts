/** The nodes that matter most to a scenario: those that hold most of its pods. */
import type { NodeSpec, Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';

/** @returns at most so many nodes that hold pods at some time, the fullest ones, in the cluster's order */
export function nodesWithPods(
  { cluster }: Scenario,
  runs: readonly RunSummary[],
  most: number,
): readonly NodeSpec[] {
  const pods = new Map<string, number>();
  for (const run of runs) {
    for (const [node, peak] of Object.entries(run.pods.peakByNode))
      pods.set(node, (pods.get(node) ?? 0) + peak);
  }
  const podsOn = ({ name }: NodeSpec): number => pods.get(name) ?? 0;
  const fullest = new Set(
    cluster.nodes
      .filter((node) => podsOn(node) > 0)
      .toSorted((a, b) => podsOn(b) - podsOn(a))
      .slice(0, most),
  );
  return cluster.nodes.filter((node) => fullest.has(node));
}

/** A sentence when there are more nodes than are shown; else none. */
export function leftOut(scenario: Scenario, shown: readonly NodeSpec[]): readonly string[] {
  const all = scenario.cluster.nodes.length;
  return all > shown.length && shown.length > 0
    ? [`Of ${all} nodes the ${shown.length} with the most pods are shown.`]
    : [];
}
