/** Which pods a fault hits: those that match, as many of them as its mode says (R-CHX-1, R-CHX-2), chosen once (R-CHX-3). */
import type { RandomStream } from '../../kernel/random.ts';
import type { PodTarget } from '../../scenario/fault.ts';
import type { LivePod } from '../kubernetes/live-objects.ts';
import type { ChaosWorld } from './chaos-world.ts';

/** Reads the pods and chooses among them. */
export async function chosenPods(
  { client, nodeNames, servedLabels }: ChaosWorld,
  target: PodTarget,
  random: RandomStream,
): Promise<LivePod[]> {
  const { items } = await client.list('Pod');
  const nodes = target.nodes.map((name) => nodeNames.live(name));
  return choosePods(items, { ...target, nodes }, servedLabels, random);
}

/**
 * @param target with the cluster's node names
 * @param servedLabels stand where the target names no labels
 */
export function choosePods(
  pods: readonly LivePod[],
  target: PodTarget,
  servedLabels: Readonly<Record<string, string>>,
  random: RandomStream,
): LivePod[] {
  const labels = Object.keys(target.labels).length > 0 ? target.labels : servedLabels;
  const matching = pods.filter(
    ({ metadata, spec, status }) =>
      status.phase !== 'Succeeded' &&
      status.phase !== 'Failed' &&
      Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value) &&
      (target.nodes.length === 0 || target.nodes.includes(spec.nodeName ?? '')) &&
      (target.pods.length === 0 || target.pods.includes(metadata.name)),
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

/** That many different ones, each choice as likely. */
function draw(pods: readonly LivePod[], count: number, random: RandomStream): LivePod[] {
  if (count >= pods.length) return [...pods];
  const left = [...pods];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0] as LivePod);
}
