/** What a node needs after its container was started anew: its kernel has forgotten routes and settings. */
import type { Docker } from '../docker/docker.ts';
import { setUpPodNetwork, setKernel } from './pod-network.ts';
import { readState } from './state-file.ts';

/** On a cluster with the pulled node image, kind's own network daemon does the greater part. */
export async function restoreNode(
  docker: Docker,
  cluster: string,
  node: string,
  signal?: AbortSignal,
): Promise<void> {
  if (readState(cluster)?.nodeImage === true) await setUpPodNetwork(docker, cluster, signal);
  await setKernel(docker, node);
}
