/** Last stage, whatever came before: nothing of the replay stays, on the cluster or on this machine. */
import { ApiUnreachable } from '../kubernetes/api-error.ts';
import { setUnschedulable } from '../kubernetes/kubectl.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { removeNamespace } from './own-namespace.ts';
import type { Session } from './session.ts';

export async function cleanUp(session: Session): Promise<void> {
  const { client, background, options } = session;
  options.progress('cleaning up');
  session.clock.stop();
  session.cpu.stop();
  session.nodeCpu?.stop();
  background.abort(new Error('the replay is over'));
  session.reading.abort(new Error('the replay is over'));
  const steps = [
    async () => session.load?.abort(),
    async () => session.proxies?.stop(),
    async () => (client === null ? undefined : clearCluster(session, client)),
  ];
  const ends = await Promise.allSettled(steps.map(async (step) => step()));
  await client?.close();
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function clearCluster(session: Session, client: KubernetesClient): Promise<void> {
  const { options } = session;
  const never = new AbortController().signal;
  try {
    for (const node of session.cordoned.splice(0)) await setUnschedulable(client, node, false);
    if (!session.namespaceMade) return;
    await removeNamespace(client, options.waits.goneWithinMs, never);
  } catch (error) {
    // With its API server gone the cluster itself is what is left: sim cluster down takes it away.
    if (!(error instanceof ApiUnreachable)) throw error;
  }
}
