/** Which pods a fault hits: those that match, as many of them as its mode says (R-CHX-1, R-CHX-2), chosen once (R-CHX-3). */
import type { RandomStream } from '../../kernel/random.ts';
import type { PodTarget } from '../../scenario/fault.ts';
import { selects, type PodObject } from '../cluster/objects.ts';

/**
 * @param pods everything stored, in order of creation
 * @param servedLabels stand where the target names no labels
 */
export function choosePods(
  pods: Iterable<PodObject>,
  target: PodTarget,
  servedLabels: Readonly<Record<string, string>>,
  random: RandomStream,
): PodObject[] {
  const labels = Object.keys(target.labels).length > 0 ? target.labels : servedLabels;
  const matching = [...pods].filter(
    (pod) =>
      pod.phase !== 'Succeeded' &&
      pod.phase !== 'Failed' &&
      selects(labels, pod.template.labels) &&
      (target.nodes.length === 0 || target.nodes.includes(pod.nodeName ?? '')) &&
      (target.pods.length === 0 || target.pods.includes(pod.name)),
  );
  return draw(matching, howMany(matching.length, target, random), random);
}

function howMany(matching: number, { mode, value }: PodTarget, random: RandomStream): number {
  switch (mode) {
    case 'one':
      return Math.min(1, matching);
    case 'all':
      return matching;
    case 'fixed':
      return Math.min(value, matching);
    case 'fixed-percent':
      return Math.floor((matching * value) / 100);
    case 'random-max-percent':
      return Math.floor((matching * random.below(value + 1)) / 100);
  }
}

/** That many different ones, each choice as likely; in their order when all are taken. */
function draw(pods: readonly PodObject[], count: number, random: RandomStream): PodObject[] {
  if (count >= pods.length) return [...pods];
  const left = [...pods];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0] as PodObject);
}
