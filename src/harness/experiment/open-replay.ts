/** Puts together what a replay is given on this machine: the cluster that is up, its nodes, the workload and the callers. */
import type { ScenarioFiles } from '../../scenario/file-set.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { forgetConnections } from '../cluster/entrance-probe.ts';
import { findClusterAndDocker } from '../cluster/find-cluster.ts';
import { setKernel } from '../cluster/pod-network.ts';
import { containerCpu } from '../docker/container-cpu.ts';
import { machineOf } from '../docker/machine.ts';
import { builtInLoad } from '../load/built-in-load.ts';
import { k6Load } from '../load/k6-load.ts';
import { manifestPreparation } from '../manifests/prepare-manifests.ts';
import { watchProxyRules } from '../recorder/proxy-rules.ts';
import { dockerNodes } from './docker-nodes.ts';
import type { ReplayParts } from './replay-parts.ts';

export interface OpenOptions {
  /** The files that the scenario was loaded from, with the settings that it was loaded with. */
  readonly files: ScenarioFiles;
  readonly set: readonly string[];
  /** Who calls; k6 takes the scenario's expectations as its thresholds. */
  readonly load: 'built-in' | 'k6';
  readonly expect: Scenario['expect'];
  /** undefined: the one of the usual name. */
  readonly cluster: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws EnvironmentError when no cluster is up, or when something else is missing */
export async function openReplay({
  files,
  set,
  load,
  expect,
  cluster: name,
  signal,
}: OpenOptions): Promise<ReplayParts> {
  const { cluster, docker } = await findClusterAndDocker(name, signal);
  const machine = await machineOf(docker, signal);
  return {
    cluster,
    machine,
    nodes: dockerNodes(docker, cluster.name),
    prepareManifests: manifestPreparation({ docker, machine, cluster, files, set }),
    load: load === 'k6' ? k6Load(cluster, expect) : builtInLoad(cluster),
    forgetConnections: async (nodes) => {
      await Promise.all(
        nodes.map(async (node) => {
          await forgetConnections(docker, node, cluster.nodePort);
          // A cluster that an earlier version of this program made may lack some of it.
          await setKernel(docker, node);
        }),
      );
    },
    watchProxies: (nodes) => watchProxyRules(docker, cluster.kubeProxyMode, nodes),
    nodeCpu: containerCpu(docker),
  };
}
