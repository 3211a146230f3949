/**
 * How the default scheduler ranks the feasible nodes: least allocated, balanced, and the default soft spreading.
 * Scores are integers from 0 to 100 per plugin, truncated where Kubernetes truncates. Image locality is left
 * out: sizes of images are not part of a scenario.
 */
import type { NodeInfo, SchedulablePod } from './node-info.ts';
import { weightOf } from './node-info.ts';
import { requestsOf } from '../pod-resources.ts';

const SCORE_MAX = 100;
const SPREAD_WEIGHT = 2;
const HOSTNAME_SKEW = 3;
const ZONE_SKEW = 5;

/** The sum of the plugins' weighted scores, one for each of the feasible nodes. */
export function scoreNodes(
  pod: SchedulablePod,
  feasible: readonly NodeInfo[],
  all: readonly NodeInfo[],
): number[] {
  const spread = spreadScores(pod, feasible, all);
  return feasible.map(
    (node, index) =>
      leastAllocatedScore(pod, node) + balancedScore(pod, node) + SPREAD_WEIGHT * (spread[index] as number),
  );
}

function leastAllocatedScore(pod: SchedulablePod, { spec, weighed }: NodeInfo): number {
  const own = weightOf(pod.template);
  const shares: number[] = [];
  const consider = (requested: number, capacity: number): void => {
    if (capacity > 0) shares.push(Math.trunc((Math.max(0, capacity - requested) * SCORE_MAX) / capacity));
  };
  consider(weighed.cpuMilli + own.cpuMilli, spec.cpuMilli);
  consider(weighed.memoryBytes + own.memoryBytes, spec.memoryBytes);
  return shares.length === 0 ? 0 : Math.trunc(shares.reduce((sum, share) => sum + share, 0) / shares.length);
}

/** Favours the node whose shares of CPU and memory the pod brings closer together. */
function balancedScore(pod: SchedulablePod, { spec, requested }: NodeInfo): number {
  const own = requestsOf(pod.template);
  if (own.cpuMilli === 0 && own.memoryBytes === 0) return 0;
  const balance = (cpuMilli: number, memoryBytes: number): number => {
    const cpuShare = Math.min(1, cpuMilli / spec.cpuMilli);
    const memoryShare = Math.min(1, memoryBytes / spec.memoryBytes);
    return Math.trunc((1 - Math.abs(cpuShare - memoryShare) / 2) * SCORE_MAX);
  };
  const withPod = balance(requested.cpuMilli + own.cpuMilli, requested.memoryBytes + own.memoryBytes);
  const without = balance(requested.cpuMilli, requested.memoryBytes);
  return SCORE_MAX / 2 + Math.trunc((SCORE_MAX / 2 + withPod - without) / 2);
}

/**
 * The default constraints spread softly over nodes and zones. They count the pods of the pod's own ReplicaSet,
 * terminating ones not (R-SCH-4): the old version's pods push nothing away. Pods of a Job are not spread.
 */
function spreadScores(
  pod: SchedulablePod,
  feasible: readonly NodeInfo[],
  all: readonly NodeInfo[],
): number[] {
  if (pod.owner.kind !== 'ReplicaSet') return feasible.map(() => 0);
  const selector = pod.template.nodeSelector;
  const inZone = new Map<string, number>();
  for (const { spec } of feasible) inZone.set(spec.zone, 0);
  for (const node of all) {
    const { zone } = node.spec;
    const included = Object.entries(selector).every(([key, value]) => node.labels[key] === value);
    const before = inZone.get(zone);
    if (included && before !== undefined) inZone.set(zone, before + node.siblingsOf(pod));
  }
  const raw = feasible.map((node) => {
    const perNode = node.siblingsOf(pod) * topologyWeight(feasible.length) + (HOSTNAME_SKEW - 1);
    const { zone } = node.spec;
    if (zone === '') return Math.round(perNode);
    const perZone = (inZone.get(zone) ?? 0) * topologyWeight(inZone.size) + (ZONE_SKEW - 1);
    return Math.round(perNode + perZone);
  });
  const largest = Math.max(0, ...raw);
  const smallest = Math.min(...raw);
  if (largest === 0) return raw.map(() => SCORE_MAX);
  return raw.map((score) => Math.trunc((SCORE_MAX * (largest + smallest - score)) / largest));
}

/** More domains, more weight for each pod in one of them. */
function topologyWeight(domains: number): number {
  return Math.log(domains + 2);
}
