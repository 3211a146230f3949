/** What there is of a cluster, without changing anything. */
import type { ClusterNode } from '../cluster.ts';
import { lookForDocker } from '../docker/find-docker.ts';
import { clusterNode } from './find-cluster.ts';
import { describeChange } from './host-change.ts';
import { portsOf, readKindConfig } from './kind-config.ts';
import { kindNodes } from './kind-nodes.ts';
import { firstProblem } from './readiness.ts';
import { readState } from './state-file.ts';

export interface ClusterStatus {
  readonly name: string;
  readonly state: 'absent' | 'half-up' | 'ready';
  /** What is wrong; null when it is ready or absent. */
  readonly problem: string | null;
  readonly nodeImage: boolean;
  /** The daemon's address; null when there is no cluster. */
  readonly docker: string | null;
  readonly nodes: readonly (ClusterNode & { readonly container: string })[];
  /** What `sim cluster down` will undo on this machine. */
  readonly changes: readonly string[];
}

export async function clusterStatus(name: string, signal?: AbortSignal): Promise<ClusterStatus> {
  const state = readState(name);
  if (state === null)
    return { name, state: 'absent', problem: null, nodeImage: false, docker: null, nodes: [], changes: [] };
  const known = {
    name,
    nodeImage: state.nodeImage,
    docker: state.dockerHost,
    changes: state.changes.map(describeChange),
  };
  const docker = await lookForDocker(state.dockerHost, signal);
  if ('problem' in docker) return { ...known, state: 'half-up', problem: docker.line, nodes: [] };
  const { nodePort } = portsOf(readKindConfig());
  const containers = await kindNodes(docker, name);
  const nodes = containers.map((node) =>
    Object.assign(clusterNode(node, nodePort), { container: node.state }),
  );
  const expected = readKindConfig().nodes.length;
  const problem = await firstProblem({ docker, cluster: name, nodes: expected, signal });
  return { ...known, state: problem === null ? 'ready' : 'half-up', problem, nodes };
}
