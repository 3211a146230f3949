/** PodChaos `container-kill`: SIGKILL to containers, by their runtime, without the API knowing (R-CHX-7, R-POD-25). */
import { choosePods } from './choose-pods.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

export const containerKill: BeginFault<'container-kill'> = (world, { target, containers }, random) => {
  const { api, servedLabels, nodes } = world;
  const pods = choosePods(api.readAll('Pod').values(), target, servedLabels, random);
  return {
    hits: { ...NOTHING_HIT, pods: pods.map(({ name }) => name) },
    lastsMs: null,
    underWay: false,
    apply() {
      for (const { uid, nodeName } of pods)
        nodes.get(nodeName ?? '')?.kubelet?.killContainers(uid, containers);
    },
    recover() {
      // R-CHX-4: it is done once; the kubelet starts the containers again.
    },
  };
};
