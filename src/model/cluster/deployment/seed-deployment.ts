/** A Deployment of the settled state: its rollout has long been complete. */
import type { TimeMs } from '../../../kernel/time.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Deployment, ReplicaSet } from '../../../scenario/scenario.ts';
import type { ApiServer, NewObject } from '../api-server.ts';
import type { DeploymentObject, ReplicaSetObject } from '../objects.ts';
import { EMPTY_DEPLOYMENT_STATUS, REASONS } from './deployment-status.ts';
import { newCondition } from './progress.ts';
import { EMPTY_REPLICA_SET_STATUS, newReplicaSetOf } from './new-replica-set.ts';
import { equalIgnoringHash } from './replica-set-choice.ts';
import { readReplicasAnnotation, replicasAnnotationsFor } from './replicas-annotations.ts';
import { maxRevision } from './revisions.ts';

const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** The object that the API server stores for a manifest that is new to it. */
export function newDeploymentOf(
  manifest: Deployment,
): NewObject<'Deployment'> & { readonly kind: 'Deployment' } {
  return {
    kind: 'Deployment',
    name: manifest.name,
    replicas: manifest.replicas,
    revision: 0,
    rollbackTo: null,
    status: EMPTY_DEPLOYMENT_STATUS,
    ...liveFields(manifest),
  };
}

/** What applying a manifest sets, replicas apart. */
export function liveFields(
  manifest: Deployment,
): Omit<
  DeploymentObject,
  | 'kind'
  | 'name'
  | 'uid'
  | 'createdMs'
  | 'generation'
  | 'resourceVersion'
  | 'replicas'
  | 'revision'
  | 'rollbackTo'
  | 'status'
> {
  const { selector, template, strategy, minReadySeconds, paused } = manifest;
  const { revisionHistoryLimit, progressDeadlineSeconds } = manifest;
  return {
    manifest,
    selector,
    template,
    strategy,
    minReadySeconds,
    revisionHistoryLimit,
    progressDeadlineSeconds,
    paused,
  };
}

/**
 * Seeds the Deployment, its ReplicaSet with every replica available, and its older ReplicaSets without pods.
 * @returns the ReplicaSet whose pods the caller seeds
 */
export function seedDeployment(
  api: ApiServer,
  manifest: Deployment,
  history: readonly ReplicaSet[],
  createdMs: TimeMs,
): ReplicaSetObject {
  // One with the Deployment's own template would be its new ReplicaSet, not a part of its past (R-DEP-19).
  const older = history.filter((old) => !equalIgnoringHash(old.template, manifest.template));
  const revision = maxRevision(older) + 1;
  const counts = {
    observedGeneration: 1,
    replicas: manifest.replicas,
    readyReplicas: manifest.replicas,
    availableReplicas: manifest.replicas,
  };
  const deployment = api.seed<'Deployment'>(
    {
      ...newDeploymentOf(manifest),
      revision,
      status: {
        ...EMPTY_DEPLOYMENT_STATUS,
        ...counts,
        updatedReplicas: manifest.replicas,
        progressing: newCondition('True', REASONS.available, createdMs),
        available: true,
      },
    },
    createdMs,
  );
  for (const old of older) {
    api.seed<'ReplicaSet'>(
      olderReplicaSet(deployment, old),
      createdMs - (revision - old.revision) * SECOND_MS,
    );
  }
  const status = { ...EMPTY_REPLICA_SET_STATUS, ...counts, fullyLabeledReplicas: manifest.replicas };
  return api.seed<'ReplicaSet'>(
    { ...newReplicaSetOf(deployment, revision, manifest.replicas), status },
    createdMs,
  );
}

function olderReplicaSet(
  deployment: DeploymentObject,
  old: ReplicaSet,
): NewObject<'ReplicaSet'> & { readonly kind: 'ReplicaSet' } {
  const annotations = replicasAnnotationsFor(deployment);
  return {
    ...newReplicaSetOf({ ...deployment, template: old.template }, old.revision, 0),
    name: old.name,
    desiredReplicasAnnotation:
      readReplicasAnnotation(old.annotations[DESIRED_REPLICAS] ?? null) ??
      annotations.desiredReplicasAnnotation,
    maxReplicasAnnotation:
      readReplicasAnnotation(old.annotations[MAX_REPLICAS] ?? null) ?? annotations.maxReplicasAnnotation,
    status: { ...EMPTY_REPLICA_SET_STATUS, observedGeneration: 1 },
  };
}
