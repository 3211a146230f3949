/** The pod that a ReplicaSet creates from its template. */
import type { PodTemplate } from '../../../scenario/scenario.ts';
import type { NewObject } from '../api-server.ts';
import type { PodObject, ReplicaSetObject } from '../objects.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** @param ordinal counts the ReplicaSet's creations from 0; it makes the name and keys the pod's random streams */
export function newPodOf(replicaSet: ReplicaSetObject, ordinal: number): NewObject<'Pod'> {
  return newPod({
    name: `${replicaSet.name}-${ordinal}`,
    owner: { kind: 'ReplicaSet', name: replicaSet.name },
    deployment: replicaSet.deployment,
    template: replicaSet.template,
    streamKey: `${replicaSet.streamKey}.${ordinal}`,
  });
}

/** A pod as its controller creates it: pending, on no node. */
export function newPod(
  identity: Pick<PodObject, 'name' | 'owner' | 'deployment' | 'template' | 'streamKey'>,
): NewObject<'Pod'> {
  return {
    kind: 'Pod',
    ...identity,
    nodeName: null,
    phase: 'Pending',
    hasIp: false,
    ready: false,
    readyTransitionMs: null,
    restarts: 0,
    sidecarRestarts: 0,
    deletionCost: deletionCostOf(identity.template),
    deletionMs: null,
    deletionGraceSeconds: null,
  };
}

/** R-RS-5: an annotation that is not a 32-bit integer in its plain form counts as absent. */
function deletionCostOf(template: PodTemplate): number {
  const text = template.annotations[DELETION_COST] ?? '0';
  const cost = Number(text);
  return /^(0|-?[1-9][0-9]*)$/.test(text) && cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}
