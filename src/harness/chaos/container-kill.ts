/** PodChaos `container-kill`: SIGKILL to containers, by their node's runtime, without the API knowing (R-CHX-7, R-POD-25). */
import type { LivePod } from '../kubernetes/live-objects.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault } from './chaos-world.ts';
import { chosenPods } from './choose-pods.ts';

export const containerKill: BeginFault<'container-kill'> = async (world, { target, containers }, random) => {
  const pods = await chosenPods(world, target, random);
  return {
    hits: { ...NOTHING_HIT, pods: pods.map(({ metadata }) => metadata.name) },
    lastsMs: null,
    underWay: false,
    async apply() {
      await Promise.all(
        pods.flatMap((pod) =>
          runningContainers(pod, containers).map(async (id) =>
            world.nodes.exec(pod.spec.nodeName ?? '', killCommand(id)),
          ),
        ),
      );
    },
    async recover() {
      // R-CHX-4: it is done once; the kubelet starts the containers again.
    },
  };
};

/** kind's nodes run containerd, in whose `k8s.io` namespace the kubelet's containers are. */
function killCommand(containerId: string): readonly string[] {
  return ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', '--signal', 'SIGKILL', containerId];
}

/** Their ids in the runtime, without the scheme. */
function runningContainers({ status }: LivePod, names: readonly string[]): string[] {
  return (status.containerStatuses ?? [])
    .filter(({ name, state }) => names.includes(name) && state?.running !== undefined)
    .flatMap(({ containerID }) => (containerID === undefined ? [] : [containerID.replace(/^\w+:\/\//u, '')]));
}
