/** Which of the stored pods a fault hits: the choice is src/scenario/choose-targets.ts, the same on a cluster. */
import type { RandomStream } from '../../kernel/random.ts';
import { chooseTargets } from '../../scenario/choose-targets.ts';
import type { PodTarget } from '../../scenario/fault.ts';
import type { PodObject } from '../cluster/objects.ts';

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
  return chooseTargets(
    pods,
    ({ name, phase, nodeName, template: { labels } }) => ({ name, phase, nodeName, labels }),
    target,
    servedLabels,
    random,
  );
}
