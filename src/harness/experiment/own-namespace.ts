/**
 * The one namespace that this program works in: whoever has it, a replay or a calibration, has the cluster, and one
 * deletion takes away all that it made there. Every function is given a client of that namespace.
 */
import { EnvironmentError } from '../environment-error.ts';
import { isStatus } from '../kubernetes/api-error.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { processText } from '../process-identity.ts';
import { isOwn, OWNER, refuseWhileUsed } from './namespace-owner.ts';
import { sleep } from './sleep.ts';

export const OWN_NAMESPACE = 'rollout-sim';

const POLL_MS = 200;

export interface TakeOptions {
  /** The cluster's name. */
  readonly cluster: string;
  /** What an earlier one left is gone within this. */
  readonly goneWithinMs: number;
  readonly progress: (text: string) => void;
}

/**
 * What an earlier one left, one that was killed, would be taken for this one's.
 * @throws EnvironmentError while another process uses the cluster, and when something stays
 */
export async function emptyNamespace(
  client: KubernetesClient,
  { cluster, goneWithinMs, progress }: TakeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = client;
  const there = await client.readAny('Namespace', namespace, signal);
  refuseWhileUsed(there, cluster);
  if (there === null) return;
  progress(`removing what was left in the namespace ${namespace}`);
  await removeNamespace(client, goneWithinMs, signal);
}

/**
 * Makes it this process's own, and waits until it takes pods.
 * @throws EnvironmentError when another that started at the same time was first
 */
export async function makeNamespace(
  client: KubernetesClient,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  const metadata = {
    name: client.namespace,
    labels: { 'app.kubernetes.io/managed-by': 'rollout-sim' },
    annotations: { [OWNER]: processText() },
  };
  try {
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata }, signal);
  } catch (error) {
    if (isStatus(error, 409)) refuseWhileUsed(await client.readAny('Namespace', client.namespace), cluster);
    throw error;
  }
  // Pods are refused until their namespace has its ServiceAccount.
  while ((await client.readAny('ServiceAccount', 'default', signal)) === null) await sleep(POLL_MS, signal);
}

/** Takes away what this process made, and nothing of another's. @throws EnvironmentError when it stays */
export async function leaveNamespace(client: KubernetesClient, withinMs: number): Promise<void> {
  // What ended the work does not end this.
  const { signal } = new AbortController();
  if (isOwn(await client.readAny('Namespace', client.namespace, signal)))
    await removeNamespace(client, withinMs, signal);
}

/** Ends once it is gone, and its Services' ports are free with it. */
async function removeNamespace(
  client: KubernetesClient,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = client;
  const deadline = performance.now() + withinMs;
  await client.remove('Namespace', namespace, null, signal);
  await endPods(client, signal);
  while ((await client.readAny('Namespace', namespace, signal)) !== null) {
    if (performance.now() > deadline) {
      throw new EnvironmentError(
        `The namespace ${namespace} is not gone after ${withinMs / 1000} s: sim cluster down removes the cluster with it.`,
      );
    }
    await sleep(POLL_MS, signal);
  }
}

/** Nobody is served any more: what a pod would do before it ends, for up to its whole grace period, is not waited for. */
async function endPods(client: KubernetesClient, signal: AbortSignal): Promise<void> {
  const { items } = await client.list('Pod', {}, signal);
  await Promise.all(items.map(async ({ metadata }) => client.remove('Pod', metadata.name, 1, signal)));
}
