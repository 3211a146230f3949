/** Which of a cluster's pods a fault hits: the choice is src/scenario/choose-targets.ts, the same in the simulator. */
import type { RandomStream } from '../../kernel/random.ts';
import { chooseTargets } from '../../scenario/choose-targets.ts';
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
  return chooseTargets(
    pods,
    ({ metadata: { name, labels = {} }, spec, status: { phase } }) => ({
      name,
      phase,
      labels,
      nodeName: spec.nodeName ?? null,
    }),
    target,
    servedLabels,
    random,
  );
}
