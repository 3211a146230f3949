/**
 * The settled state before time 0: every object of `before` as it stands once its controllers have long been
 * done, with pods that have been Ready for an hour.
 */
import { HOUR_MS } from '../kernel/time.ts';
import type { KubernetesObject, ReplicaSet, Scenario } from '../scenario/scenario.ts';
import type { ApiServer, NewObject } from './cluster/api-server.ts';
import { newBudgetOf } from './cluster/disruption/budget-object.ts';
import { seedDeployment } from './cluster/deployment/seed-deployment.ts';
import type { PodObject } from './cluster/objects.ts';
import { newPodOf } from './cluster/replica-set/new-pod.ts';
import type { PlaceSettledPod } from './cluster/scheduling/settled-placement.ts';

/** How long before time 0 everything was made. */
const SETTLED_MS: number = -HOUR_MS;

/** Seeds the API server; the pods that run are returned for their kubelets to adopt. */
export function seedSettledState(api: ApiServer, scenario: Scenario, place: PlaceSettledPod): PodObject[] {
  const running: PodObject[] = [];
  for (const object of scenario.before) {
    if (object.kind === 'Service')
      api.seed<'Service'>({ kind: 'Service', name: object.name, manifest: object }, SETTLED_MS);
    if (object.kind === 'ResourceQuota') {
      api.seed<'ResourceQuota'>({ kind: 'ResourceQuota', name: object.name, manifest: object }, SETTLED_MS);
    }
    if (object.kind === 'PodDisruptionBudget') {
      api.seed<'PodDisruptionBudget'>(newBudgetOf(object), SETTLED_MS);
    }
    if (object.kind !== 'Deployment') continue;
    const replicaSet = seedDeployment(api, object, historyOf(scenario.before, object.name), SETTLED_MS);
    for (let ordinal = 0; ordinal < object.replicas; ordinal++) {
      const pod = seedPod(api, newPodOf(replicaSet, ordinal), place);
      if (pod.nodeName !== null) running.push(pod);
    }
  }
  return running;
}

function seedPod(api: ApiServer, pod: NewObject<'Pod'>, place: PlaceSettledPod): PodObject {
  const nodeName = place(pod);
  // A readiness gate waits for a controller that nobody has here: such a pod is never Ready (R-POD-14).
  const ready = pod.template.readinessGates.length === 0;
  const settled: Partial<PodObject> =
    nodeName === null
      ? {}
      : { nodeName, phase: 'Running', hasIp: true, ready, readyTransitionMs: SETTLED_MS };
  return api.seed<'Pod'>({ ...pod, ...settled }, SETTLED_MS);
}

function historyOf(objects: readonly KubernetesObject[], deployment: string): ReplicaSet[] {
  return objects
    .filter((object) => object.kind === 'ReplicaSet')
    .filter((replicaSet) => replicaSet.deployment === deployment);
}
