/** PodChaos `pod-kill`: deletes pods; without grace their objects vanish before their processes do (R-CHX-5, R-POD-23). */
import { PodWriter } from '../cluster/replica-set/pod-writer.ts';
import { choosePods } from './choose-pods.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

export const podKill: BeginFault<'pod-kill'> = (world, { target, gracePeriodSeconds }, random) => {
  const { api, simulation, timeline, client, servedLabels } = world;
  const pods = choosePods(api.readAll('Pod').values(), target, servedLabels, random);
  const writer = new PodWriter(simulation, timeline, client);
  return {
    hits: { ...NOTHING_HIT, pods: pods.map(({ name }) => name) },
    lastsMs: null,
    underWay: false,
    apply() {
      for (const { name } of pods) writer.delete(name, null, gracePeriodSeconds);
    },
    recover() {
      // R-CHX-4: it is done once; the ReplicaSet sees to the rest.
    },
  };
};
