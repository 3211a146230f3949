/** The ReplicaSet that a Deployment makes for its template. */
import type { NewObject } from '../api-server.ts';
import type { DeploymentObject, ReplicaSetStatus } from '../objects.ts';
import { replicasAnnotationsFor } from './replicas-annotations.ts';

const HASH_LENGTH = 10;

export const EMPTY_REPLICA_SET_STATUS: ReplicaSetStatus = {
  observedGeneration: 0,
  replicas: 0,
  fullyLabeledReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  terminatingReplicas: 0,
  replicaFailure: false,
};

/** The name is fixed by the template, so that creating it twice is noticed; a taken name gives way to another one. */
function replicaSetName(deployment: string, templateHash: string, collisionCount: number): string {
  const hash = templateHash.slice(0, HASH_LENGTH);
  return collisionCount === 0 ? `${deployment}-${hash}` : `${deployment}-${hash}-${collisionCount}`;
}

export function newReplicaSetOf(
  deployment: DeploymentObject,
  revision: number,
  replicas: number,
): NewObject<'ReplicaSet'> & { readonly kind: 'ReplicaSet' } {
  return {
    kind: 'ReplicaSet',
    name: replicaSetName(deployment.name, deployment.template.hash, deployment.status.collisionCount),
    deployment: deployment.name,
    template: deployment.template,
    revision,
    revisionHistory: '',
    // Keyed by revision, not by hash: an edited template then still draws the same random numbers.
    streamKey: `${deployment.name}.${revision}`,
    replicas,
    minReadySeconds: deployment.minReadySeconds,
    ...replicasAnnotationsFor(deployment),
    status: EMPTY_REPLICA_SET_STATUS,
  };
}
