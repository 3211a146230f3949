/** In the place of the harness's own: the stand-in cluster, and a Docker that nobody asks anything. */
import type { FoundCluster } from '../../../../src/harness/cluster/find-cluster.ts';
import { standIn } from './stand-in.ts';

export async function findClusterAndDocker(): Promise<FoundCluster> {
  return Promise.resolve({ cluster: standIn().cluster, docker: {} as FoundCluster['docker'] });
}
