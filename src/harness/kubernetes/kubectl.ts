/**
 * What an engineer does to a Deployment with kubectl, as calls on the API. Each throws a `Refusal` with kubectl's own
 * words when it would refuse.
 */
import { isStatus } from './api-error.ts';
import type { KubernetesClient } from './client.ts';
import {
  controllerOf,
  type LiveDeployment,
  type LivePodTemplate,
  type LiveReplicaSet,
} from './live-objects.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE_HASH = 'pod-template-hash';

/** `kubectl rollout pause` (R-DEP-15). */
export async function pause(client: KubernetesClient, name: string): Promise<void> {
  const { spec } = await deployment(client, name);
  if (spec.paused === true) throw new Refusal(`deployments.apps "${name}" is already paused`);
  await client.merge('Deployment', name, { spec: { paused: true } });
}

/** `kubectl rollout resume`. */
export async function resume(client: KubernetesClient, name: string): Promise<void> {
  const { spec } = await deployment(client, name);
  if (spec.paused !== true) throw new Refusal(`deployments.apps "${name}" is not paused`);
  await client.merge('Deployment', name, { spec: { paused: null } });
}

/** `kubectl rollout restart`: an annotation on the template, which rolls it (R-DEP-23). */
export async function restart(client: KubernetesClient, name: string, now: Date): Promise<void> {
  const { spec } = await deployment(client, name);
  if (spec.paused === true) throw new Refusal("can't restart paused deployment (run rollout resume first)");
  const annotations = { [RESTARTED_AT]: now.toISOString() };
  await client.merge('Deployment', name, { spec: { template: { metadata: { annotations } } } });
}

/** `kubectl scale --replicas`. */
export async function scale(client: KubernetesClient, name: string, replicas: number): Promise<void> {
  await deployment(client, name);
  await client.merge('Deployment', name, { spec: { replicas } });
}

/**
 * `kubectl rollout undo` (R-DEP-19): the template of an older revision becomes the Deployment's. Refused while it is
 * paused.
 * @param toRevision null: the one before the newest
 */
export async function undo(client: KubernetesClient, name: string, toRevision: number | null): Promise<void> {
  const live = await deployment(client, name);
  if (live.spec.paused === true) {
    throw new Refusal(
      `cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${name}' and try again`,
    );
  }
  const { items } = await client.list('ReplicaSet');
  const chosen = revisionToGoBackTo(items, live, toRevision);
  const template = withoutHash(chosen.spec.template);
  // kubectl replaces the whole template: what only the newer one has must go.
  await client.jsonPatch('Deployment', name, [{ op: 'replace', path: '/spec/template', value: template }]);
}

/** @throws Refusal when there is no such revision */
function revisionToGoBackTo(
  replicaSets: readonly LiveReplicaSet[],
  { metadata: { name } }: LiveDeployment,
  toRevision: number | null,
): LiveReplicaSet {
  const own = replicaSets
    .filter((replicaSet) => controllerOf(replicaSet, 'Deployment') === name)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const chosen =
    toRevision === null ? own[1] : own.find((replicaSet) => revisionOf(replicaSet) === toRevision);
  if (chosen !== undefined) return chosen;
  throw new Refusal(
    toRevision === null
      ? `no rollout history found for deployment "${name}"`
      : `unable to find specified revision ${toRevision} in history`,
  );
}

export function revisionOf({ metadata }: LiveReplicaSet | LiveDeployment): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

function withoutHash(template: LivePodTemplate): LivePodTemplate {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

async function deployment(client: KubernetesClient, name: string): Promise<LiveDeployment> {
  const found = await client.read('Deployment', name);
  if (found === null) throw new Refusal(`deployments.apps "${name}" not found`);
  return found;
}

/** `kubectl cordon` and `uncordon`. @returns whether there is such a node */
export async function setUnschedulable(
  client: KubernetesClient,
  node: string,
  unschedulable: boolean,
): Promise<boolean> {
  try {
    await client.merge('Node', node, { spec: { unschedulable: unschedulable ? true : null } });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
