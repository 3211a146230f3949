/** PodChaos `pod-kill`: deletes pods; grace 0 is a forced deletion (R-CHX-5, R-POD-23). */
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './chaos-world.ts';
import { chosenPods } from './choose-pods.ts';

export const podKill: BeginFault<'pod-kill'> = async (world, { target, gracePeriodSeconds }, random) => {
  const pods = (await chosenPods(world, target, random)).map(({ metadata }) => metadata.name);
  return {
    hits: { ...NOTHING_HIT, pods },
    lastsMs: null,
    underWay: false,
    async apply() {
      await Promise.all(pods.map(async (pod) => world.client.remove('Pod', pod, gracePeriodSeconds)));
    },
    async recover() {
      // R-CHX-4: it is done once; controllers replace the pods.
    },
  };
};
