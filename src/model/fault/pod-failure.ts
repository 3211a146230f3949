/**
 * PodChaos `pod-failure`: replaces the images of pods by one that does nothing, and puts them back (R-CHX-6). The
 * kubelet kills and starts the containers both times; the pods and their addresses stay.
 */
import { choosePods } from './choose-pods.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './fault-course.ts';

export const podFailure: BeginFault<'pod-failure'> = (world, { target, durationMs }, random) => {
  const { api, client, servedLabels } = world;
  const pods = choosePods(api.readAll('Pod').values(), target, servedLabels, random);
  const replaceImages = (imagesReplaced: boolean): void => {
    for (const { name, uid } of pods) {
      client.update('Pod', name, (pod) =>
        pod.uid !== uid || (pod.imagesReplaced ?? false) === imagesReplaced
          ? pod
          : { ...pod, imagesReplaced, generation: pod.generation + 1 },
      );
    }
  };
  return {
    hits: { ...NOTHING_HIT, pods: pods.map(({ name }) => name) },
    lastsMs: durationMs,
    underWay: false,
    apply() {
      replaceImages(true);
    },
    recover() {
      replaceImages(false);
    },
  };
};
