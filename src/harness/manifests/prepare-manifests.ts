/** Makes a cluster ready for a scenario's manifests, and the manifests ready for the cluster. */
import type { ScenarioFiles } from '../../scenario/file-set.ts';
import type { RunningCluster } from '../cluster.ts';
import type { Docker } from '../docker/docker.ts';
import type { Machine } from '../docker/machine.ts';
import type { PrepareManifests } from '../experiment/replay-parts.ts';
import { NodeNames } from '../kubernetes/node-names.ts';
import { provideWorkloadImage } from '../workload/image.ts';
import { fitManifests } from './fit-manifests.ts';
import { readRawObjects } from './raw-objects.ts';
import { resourceScale } from './target-cluster.ts';

export interface PrepareOptions {
  readonly docker: Docker;
  readonly machine: Machine;
  readonly cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>;
  /** The files that the scenario was loaded from, with the settings that it was loaded with. */
  readonly files: ScenarioFiles;
  readonly set: readonly string[];
}

/** Builds the workload's image where it is missing, brings it to the nodes, and fits the manifests to the cluster. */
export function manifestPreparation({
  docker,
  machine,
  cluster,
  files,
  set,
}: PrepareOptions): PrepareManifests {
  return async (scenario, namespace, signal) => {
    const image = await provideWorkloadImage(docker, cluster.name, signal);
    const { nodes } = scenario.cluster;
    const names = new NodeNames(
      nodes.map(({ name }) => name),
      cluster.nodes,
    );
    return fitManifests(scenario, readRawObjects(files, set), {
      namespace,
      image,
      nodePort: cluster.nodePort,
      scale: resourceScale(nodes, machine),
      liveNode: (name) => names.live(name),
    });
  };
}
