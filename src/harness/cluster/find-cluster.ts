/** Finds the cluster that this program made: no other may get traffic or faults. */
import { existsSync, readFileSync } from 'node:fs';
import type { ClusterNode, RunningCluster } from '../cluster.ts';
import { execIn, type Container } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { findDocker } from '../docker/find-docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { portsOf, readKindConfig } from './kind-config.ts';
import { controlPlaneOf, isControlPlane, KIND_NETWORK, kindNodes, kubectl, listed } from './kind-nodes.ts';
import { CALLER_RANGE, callerAddresses } from './caller-addresses.ts';
import { firstProblem } from './readiness.ts';
import { kubeconfigFile, readState } from './state-file.ts';

const CLUSTER_NAME = 'rollout-sim';

export interface FoundCluster {
  readonly cluster: RunningCluster;
  /** The daemon that its nodes run on. */
  readonly docker: Docker;
}

export async function findCluster(
  name: string = CLUSTER_NAME,
  signal?: AbortSignal,
): Promise<RunningCluster> {
  return (await findClusterAndDocker(name, signal)).cluster;
}

/** @throws EnvironmentError when it is not up, or not ready: then with what is wrong */
export async function findClusterAndDocker(
  name: string = CLUSTER_NAME,
  signal?: AbortSignal,
): Promise<FoundCluster> {
  const state = readState(name);
  if (state === null)
    throw new EnvironmentError(
      `No cluster ${name} is up: sim cluster up makes it, and nothing else is replayed on.`,
    );
  const docker = await findDocker(state.dockerHost, signal);
  const nodes = readKindConfig().nodes.length;
  const problem = await firstProblem({ docker, cluster: name, nodes, signal });
  if (problem !== null)
    throw new EnvironmentError(`The cluster ${name} is not ready: ${problem}. sim cluster up repairs it.`);
  return { cluster: await describeCluster(docker, name), docker };
}

interface Versions {
  readonly serverVersion: { readonly gitVersion: string };
}

/** What a ready cluster is, asked of itself. */
export async function describeCluster(docker: Docker, name: string): Promise<RunningCluster> {
  const { nodePort } = portsOf(readKindConfig());
  const containers = await kindNodes(docker, name);
  const versions = JSON.parse(await kubectl(docker, name, ['version', '--output=json'])) as Versions;
  return {
    name,
    kubeconfig: readKubeconfig(name),
    kubernetesVersion: versions.serverVersion.gitVersion,
    kubeProxyMode: await kubeProxyMode(docker, name),
    chaosMesh: await hasChaosMesh(docker, name),
    netem: await hasNetem(docker, name),
    nodePort,
    callers: hasCallers(name) ? callerAddresses() : [],
    nodes: containers.map((node) => clusterNode(node, nodePort)),
  };
}

/** Written down when the cluster was made: the machine may have a route of its own to there. */
function hasCallers(name: string): boolean {
  return (readState(name)?.changes ?? []).some(
    (change) => change.kind === 'unmasqueraded' && change.source === CALLER_RANGE,
  );
}

export function clusterNode(node: Container, nodePort: number): ClusterNode {
  return {
    name: node.name,
    role: isControlPlane(node) ? 'control-plane' : 'worker',
    address: node.addressIn(KIND_NETWORK),
    entrance: { host: '127.0.0.1', port: node.publishedPort(nodePort) ?? 0 },
  };
}

function readKubeconfig(name: string): string {
  const file = kubeconfigFile(name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new EnvironmentError(
    `The kubeconfig of the cluster ${name} is gone (${file}): sim cluster down, then up.`,
  );
}

async function kubeProxyMode(docker: Docker, name: string): Promise<RunningCluster['kubeProxyMode']> {
  const words = ['curl', '-sf', '-m', '5', '127.0.0.1:10249/proxyMode'];
  const { stdout } = await execIn(docker, controlPlaneOf(name), words);
  if (stdout === 'iptables' || stdout === 'nftables' || stdout === 'ipvs') return stdout;
  throw new EnvironmentError(`kube-proxy of the cluster ${name} names a mode that is not known: ${stdout}.`);
}

interface DeploymentObject {
  readonly status: { readonly availableReplicas?: number };
}

/** Its controller runs, not only its types are known. */
async function hasChaosMesh(docker: Docker, name: string): Promise<boolean> {
  const found = await listed<DeploymentObject>(docker, name, [
    'deployments',
    '--all-namespaces',
    '--selector=app.kubernetes.io/name=chaos-mesh,app.kubernetes.io/component=controller-manager',
  ]);
  return found.some(({ status }) => (status.availableReplicas ?? 0) > 0);
}

/** Tried in a network of its own, which ends with the command. */
async function hasNetem(docker: Docker, name: string): Promise<boolean> {
  const words = ['unshare', '--net', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'limit', '1'];
  return (await execIn(docker, controlPlaneOf(name), words)).exitCode === 0;
}
