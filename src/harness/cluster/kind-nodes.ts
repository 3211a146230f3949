/** The containers that are a kind cluster's nodes, and kubectl inside of them: no file or context of the user's is read. */
import { lastWords, type CommandOptions } from '../command.ts';
import { containersWith, execIn, type Container } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';

export const KIND_NETWORK = 'kind';
const CLUSTER_LABEL = 'io.x-k8s.kind.cluster';
const ROLE_LABEL = 'io.x-k8s.kind.role';
const KUBECTL = ['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf'];

/** The control plane first, then the workers by number. */
export async function kindNodes(
  docker: Docker,
  cluster: string,
  options?: CommandOptions,
): Promise<readonly Container[]> {
  const found = await containersWith(docker, `${CLUSTER_LABEL}=${cluster}`, options);
  return [...found].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function rank(node: Container): string {
  return `${isControlPlane(node) ? 0 : 1}${node.name.length.toString().padStart(3, '0')}${node.name}`;
}

export function isControlPlane({ labels }: Container): boolean {
  return labels[ROLE_LABEL] === 'control-plane';
}

export function controlPlaneOf(cluster: string): string {
  return `${cluster}-control-plane`;
}

/** Gives back what kubectl printed; throws an `EnvironmentError` with its last words when it fails. */
export async function kubectl(
  docker: Docker,
  cluster: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const ended = await execIn(docker, controlPlaneOf(cluster), [...KUBECTL, ...words], options);
  if (ended.exitCode === 0) return ended.stdout;
  throw new EnvironmentError(`The cluster ${cluster}: kubectl ${words[0] ?? ''}: ${lastWords(ended)}`);
}

/** Lists of Kubernetes objects, as far as the caller says what it reads of them. */
export async function listed<T>(
  docker: Docker,
  cluster: string,
  words: readonly string[],
  options?: CommandOptions,
): Promise<readonly T[]> {
  const text = await kubectl(docker, cluster, ['get', ...words, '--output=json'], options);
  return (JSON.parse(text) as { readonly items: readonly T[] }).items;
}
