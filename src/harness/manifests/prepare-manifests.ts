/** Makes a cluster ready for a scenario's manifests, and the manifests ready for the cluster. */
import type { ScenarioFiles } from '../../scenario/file-set.ts';
import type { RunningCluster } from '../cluster.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { PrepareManifests } from '../experiment/replay-parts.ts';
import { NodeNames } from '../kubernetes/node-names.ts';
import { provideWorkloadImage } from '../workload/image.ts';
import { fitManifests } from './fit-manifests.ts';
import { readRawObjects } from './raw-objects.ts';
import { resourceScale } from './target-cluster.ts';

export interface PrepareOptions {
  readonly docker: Docker;
  readonly cluster: Pick<RunningCluster, 'name' | 'nodePort' | 'nodes'>;
  /** The files that the scenario was loaded from, with the settings that it was loaded with. */
  readonly files: ScenarioFiles;
  readonly set: readonly string[];
}

/** Builds the workload's image where it is missing, brings it to the nodes, and fits the manifests to the cluster. */
export function manifestPreparation({ docker, cluster, files, set }: PrepareOptions): PrepareManifests {
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
      scale: resourceScale(nodes, await machineOf(docker, signal)),
      liveNode: (name) => names.live(name),
    });
  };
}

/** What Docker's containers may use: on some systems that is a virtual machine and not this one. */
async function machineOf(
  docker: Docker,
  signal: AbortSignal,
): Promise<{ readonly cpus: number; readonly memoryBytes: number }> {
  const text = await docker.command(['info', '--format', '{{.NCPU}} {{.MemTotal}}'], { signal });
  const [cpus = Number.NaN, memoryBytes = Number.NaN] = text.trim().split(' ').map(Number);
  if (!(cpus > 0 && memoryBytes > 0))
    throw new EnvironmentError(`docker info tells neither CPUs nor memory: ${text.trim()}`);
  return { cpus, memoryBytes };
}
