/** Last stage, whatever came before: nothing of the replay stays, on the cluster or on this machine. */
import { ApiUnreachable } from '../kubernetes/api-error.ts';
import { setUnschedulable } from '../kubernetes/kubectl.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { leaveNamespace } from './own-namespace.ts';
import type { Session } from './session.ts';

/** Tries everything. @throws the first failure */
export async function cleanUp(session: Session): Promise<void> {
  const { client, background, options } = session;
  options.progress('cleaning up');
  session.clock.stop();
  session.cpu.stop();
  session.nodeCpu?.stop();
  background.abort(new Error('the replay is over'));
  session.reading.abort(new Error('the replay is over'));
  const ends = await Promise.allSettled([
    session.load?.abort(),
    session.proxies?.stop(),
    ...(client === null ? [] : clearCluster(session, client)),
  ]);
  await client?.close();
  for (const end of ends) {
    // With its API server gone the cluster itself is what is left: sim cluster down takes it away.
    if (end.status === 'rejected' && !(end.reason instanceof ApiUnreachable)) throw end.reason;
  }
}

function clearCluster(session: Session, client: KubernetesClient): readonly Promise<unknown>[] {
  const uncordoned = session.cordoned.map(async (node) => setUnschedulable(client, node, false));
  return [...uncordoned, leaveNamespace(client, session.options.waits.goneWithinMs)];
}
