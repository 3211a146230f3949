/** Lets pods onto nodes again that a drain left cordoned: a replay that was killed could not do it itself. */
import type { Docker } from '../docker/docker.ts';
import { kubectl, listed } from './kind-nodes.ts';

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly unschedulable?: boolean };
}

export async function uncordonNodes(
  docker: Docker,
  cluster: string,
  tell: (line: string) => void,
): Promise<void> {
  const nodes = await listed<NodeObject>(docker, cluster, ['nodes']);
  for (const { metadata, spec } of nodes) {
    if (spec.unschedulable !== true) continue;
    tell(`The node ${metadata.name} was cordoned: it takes pods again.`);
    await kubectl(docker, cluster, ['uncordon', metadata.name]);
  }
}
