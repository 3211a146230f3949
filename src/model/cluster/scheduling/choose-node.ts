/** One scheduling decision: filter the nodes, score those that are left, take a best one at random (R-POD-1). */
import type { RandomStream } from '../../../kernel/random.ts';
import { describeUnschedulable, reasonsAgainst } from './filter-node.ts';
import type { NodeInfo, SchedulablePod } from './node-info.ts';
import { scoreNodes } from './score-nodes.ts';

export type NodeChoice =
  | { readonly nodeName: string; readonly reason: null }
  /** `reason` is what `kubectl describe pod` would show. */
  | { readonly nodeName: null; readonly reason: string };

/** @param random is drawn from once, and only when several nodes are equally good */
export function chooseNode(
  pod: SchedulablePod,
  nodes: readonly NodeInfo[],
  random: RandomStream,
): NodeChoice {
  const reasons = nodes.map((node) => reasonsAgainst(pod.template, node));
  const feasible = nodes.filter((_, index) => reasons[index]?.length === 0);
  if (feasible.length === 0) return { nodeName: null, reason: describeUnschedulable(reasons) };
  const scores = feasible.length === 1 ? [0] : scoreNodes(pod, feasible, nodes);
  const best = Math.max(...scores);
  const candidates = feasible.filter((_, index) => scores[index] === best);
  const chosen = candidates[candidates.length === 1 ? 0 : random.below(candidates.length)] as NodeInfo;
  return { nodeName: chosen.spec.name, reason: null };
}
