/**
 * PodChaos `pod-failure`: replaces the images of pods by the pause image that every node has, and puts them back
 * (R-CHX-6). The kubelet kills and starts the containers both times; the pods and their addresses stay.
 */
import { EnvironmentError } from '../environment-error.ts';
import { isStatus } from '../kubernetes/api-error.ts';
import type { LiveNode, LivePod } from '../kubernetes/live-objects.ts';
import { NOTHING_HIT } from '../../scenario/fault-hits.ts';
import type { BeginFault, ChaosWorld } from './chaos-world.ts';
import { chosenPods } from './choose-pods.ts';

export const podFailure: BeginFault<'pod-failure'> = async (world, { target, durationMs }, random) => {
  const pods = await chosenPods(world, target, random);
  let replaced = false;
  return {
    hits: { ...NOTHING_HIT, pods: pods.map(({ metadata }) => metadata.name) },
    lastsMs: durationMs,
    underWay: false,
    async apply() {
      const image = await pauseImage(world, pods[0]?.spec.nodeName ?? null);
      replaced = true;
      await Promise.all(pods.map(async (pod) => setImages(world, pod, () => image)));
    },
    async recover() {
      if (!replaced) return;
      await Promise.all(pods.map(async (pod) => setImages(world, pod, (_, own) => own)));
      replaced = false;
    },
  };
};

async function setImages(
  { client }: ChaosWorld,
  { metadata, spec }: LivePod,
  imageOf: (container: string, own: string) => string,
): Promise<void> {
  const containers = spec.containers.map(({ name, image }) => ({ name, image: imageOf(name, image) }));
  try {
    await client.mergeStrategically('Pod', metadata.name, { spec: { containers } });
  } catch (error) {
    // Meanwhile deleted: there is nothing left to put back.
    if (!isStatus(error, 404)) throw error;
  }
}

/** Nothing can be pulled here: the image of the pods' sandboxes is on every node. */
async function pauseImage({ client }: ChaosWorld, node: string | null): Promise<string> {
  const live = node === null ? null : await client.read('Node', node);
  const image = live === null ? undefined : imageNames(live).find((name) => /(?:^|\/)pause[:@]/u.test(name));
  if (image !== undefined) return image;
  throw new EnvironmentError(
    `pod-failure needs an image that does nothing, and node ${node ?? '?'} reports no pause image.`,
  );
}

function imageNames({ status }: LiveNode): readonly string[] {
  // A tag reads better than a digest, and the kubelet takes either.
  const names = (status.images ?? []).flatMap((image) => image.names ?? []);
  return names.toSorted((a, b) => Number(a.includes('@')) - Number(b.includes('@')));
}
