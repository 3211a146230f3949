/** First stage: an empty namespace of the cluster, everything watched, and the manifests as they will be applied. */
import type { Scenario } from '../../scenario/scenario.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { setUnschedulable } from '../kubernetes/kubectl.ts';
import { NodeNames } from '../kubernetes/node-names.ts';
import { isOfService, readyPods } from '../recorder/object-events.ts';
import { bringDependenciesUp } from './dependency-switch.ts';
import { emptyNamespace, makeNamespace } from './own-namespace.ts';
import { PodLogs } from './pod-logs.ts';
import type { PreparedManifests } from './replay-parts.ts';
import type { Session } from './session.ts';
import { workloadsOf } from './workloads-of.ts';

export async function prepare(session: Session, signal: AbortSignal): Promise<void> {
  const { parts, scenario, options, namespace } = session;
  const { cluster } = parts;
  options.progress(`preparing ${scenario.name} for the cluster ${cluster.name}`);
  session.nodeNames = new NodeNames(
    scenario.cluster.nodes.map(({ name }) => name),
    cluster.nodes,
  );
  session.client = await KubernetesClient.connect(cluster, namespace);
  const { client, nodeNames } = session;
  await client.ping(signal);
  session.manifests = withSharedAddress(
    await parts.prepareManifests(scenario, namespace, signal),
    scenario,
    cluster.callers.length,
    options.progress,
  );
  const { progress, waits } = options;
  await emptyNamespace(client, { cluster: cluster.name, goneWithinMs: waits.goneWithinMs, progress }, signal);
  await makeNamespace(client, cluster.name, signal);
  for (const { name } of nodeNames.used) await setUnschedulable(client, name, false);
  for (const { name } of nodeNames.unused) {
    session.cordoned.push(name);
    await setUnschedulable(client, name, true);
  }
  const used = nodeNames.used.map(({ name }) => name);
  if (workloadsOf(scenario).some(({ dependencies }) => dependencies.length > 0))
    await bringDependenciesUp(parts.nodes, used);
  await parts.forgetConnections?.(used);
  await watchEverything(session, client);
  watchProxies(session, nodeNames);
}

/** Session affinity tells callers apart by their addresses: where they have one, all of a node's are one caller. */
function withSharedAddress(
  manifests: PreparedManifests,
  { traffic, before }: Scenario,
  callers: number,
  progress: (text: string) => void,
): PreparedManifests {
  const service = before.find(({ kind, name }) => kind === 'Service' && name === traffic.service);
  const sticky = service?.kind === 'Service' && service.sessionAffinitySeconds !== null;
  if (!sticky || callers > 0) return manifests;
  const why =
    'all callers have one address on this machine, so that session affinity sends all that enter at a node to one pod';
  progress(why);
  const { count } = traffic.clients;
  const change = { object: 'callers', path: 'addresses', from: count, to: 1, why };
  return { ...manifests, differences: [...manifests.differences, change] };
}

/** From its withdrawal in the API on, each node is asked when its proxy has dropped a pod's address. */
function watchProxies(session: Session, nodeNames: NodeNames): void {
  const { parts, state, scenario } = session;
  const rules = parts.watchProxies?.(nodeNames.used.map(({ name }) => name)) ?? null;
  session.proxies = rules;
  if (rules === null) return;
  state.on('EndpointSlice', (after, before) => {
    if (!isOfService(after ?? before, scenario.traffic.service)) return;
    const ready = readyPods(after);
    for (const { targetRef, addresses } of before?.endpoints ?? []) {
      const [pod, address] = [targetRef?.name, addresses[0]];
      if (
        pod === undefined ||
        address === undefined ||
        ready.includes(pod) ||
        !readyPods(before).includes(pod)
      )
        continue;
      rules.withdrawn(pod, address, (node, epochMs) => {
        session.noteProxy({ pod, node: nodeNames.scenario(node), epochMs, listed: false });
      });
    }
  });
}

async function watchEverything(session: Session, client: KubernetesClient): Promise<void> {
  const { state, background } = session;
  session.observe();
  session.logs = new PodLogs({
    client,
    state,
    tell: (event) => {
      session.noteLife(event);
    },
    books: session.books,
    signal: session.reading.signal,
  });
  const { failed } = await state.follow(client, session.options.waits.apiPatienceMs, background.signal);
  failed.catch((error: unknown) => {
    session.fail(error);
  });
}
