/**
 * After a node was down: a container that runs again is no node that Kubernetes counts as ready, and the replay that comes next
 * would find a cluster that is not whole.
 */
import { ApiUnreachable } from '../kubernetes/api-error.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { hasCondition, type LiveNode } from '../kubernetes/live-objects.ts';

const POLL_MS = 500;

/** Ends when all nodes are back, or when the time is over: whoever needs the cluster next says what is wrong with it. */
export async function untilNodesReturn(
  client: Pick<KubernetesClient, 'list'>,
  withinMs: number,
  wait: (durationMs: number) => Promise<void>,
): Promise<void> {
  try {
    for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
      const { items } = await client.list('Node');
      if (items.every(isBack)) return;
      await wait(POLL_MS);
    }
  } catch (error) {
    if (!(error instanceof ApiUnreachable)) throw error;
  }
}

/** The controller takes its taints away a moment after the heartbeats are back (R-NOD-5); a cordon is somebody's wish. */
function isBack({ spec, status }: LiveNode): boolean {
  const kept = (spec.taints ?? []).some(({ key }) => /^node\.kubernetes\.io\/(?!unschedulable$)/u.test(key));
  return !kept && hasCondition(status.conditions, 'Ready');
}
