/**
 * What an engineer does to the cluster with kubectl, as functions over a client of the API server. Each ends
 * by calling `done` with null, or with the message of a refusal.
 */
import type { Deployment, KubernetesObject, PodTemplate } from '../../scenario/scenario.ts';
import type { ApiClient, NewObject, WriteResult } from './api-server.ts';
import { equalIgnoringHash } from './deployment/replica-set-choice.ts';
import { newBudgetOf } from './disruption/budget-object.ts';
import { liveFields, newDeploymentOf } from './deployment/seed-deployment.ts';
import type { DeploymentObject, Kind, ReplicaSetObject } from './objects.ts';

export type Done = (refusal: string | null) => void;

/** A cache or any other place to look a Deployment up by name. */
export interface Deployments {
  get(name: string): DeploymentObject | undefined;
}

/**
 * `kubectl apply -f`: creates the object or makes it as the manifest says. Objects that the model only checks
 * references to, and those whose controllers act on the scenario itself, change nothing.
 */
export function apply(client: ApiClient, object: KubernetesObject, done: Done): void {
  switch (object.kind) {
    case 'Deployment':
      createOrUpdate(client, newDeploymentOf(object), (live) => applyDeployment(live, object), done);
      return;
    case 'Service': {
      const wanted = { kind: 'Service', name: object.name, manifest: object } as const;
      createOrUpdate<'Service'>(client, wanted, (live) => raised({ ...live, manifest: object }), done);
      return;
    }
    case 'ResourceQuota': {
      const wanted = { kind: 'ResourceQuota', name: object.name, manifest: object } as const;
      createOrUpdate<'ResourceQuota'>(client, wanted, (live) => raised({ ...live, manifest: object }), done);
      return;
    }
    case 'Job': {
      const status = { active: 0, succeeded: 0, failed: 0, condition: null };
      const wanted = {
        kind: 'Job',
        name: object.name,
        manifest: object,
        streamKey: object.name,
        status,
      } as const;
      createOrUpdate<'Job'>(
        client,
        wanted,
        // The template of a Job cannot be changed; the same one again changes nothing.
        (live) => (equalIgnoringHash(live.manifest.template, object.template) ? live : null),
        done,
        `The Job "${object.name}" is invalid: spec.template: field is immutable`,
      );
      return;
    }
    case 'PodDisruptionBudget':
      createOrUpdate<'PodDisruptionBudget'>(
        client,
        newBudgetOf(object),
        (live) => raised({ ...live, manifest: object }),
        done,
      );
      return;
    case 'ReplicaSet':
    case 'HorizontalPodAutoscaler':
    case 'Namespace':
    case 'Secret':
    case 'ConfigMap':
    case 'ServiceAccount':
      done(null);
  }
}

/**
 * A manifest that is silent on replicas keeps the live count (R-SUR-19). As apply merges, a restart's mark stays:
 * the manifest never said anything about it.
 */
function applyDeployment(live: DeploymentObject, manifest: Deployment): DeploymentObject {
  const replicas = manifest.replicasGiven ? manifest.replicas : live.replicas;
  const mark = live.template.annotations[RESTARTED_AT];
  const template = mark === undefined ? manifest.template : restarted(manifest.template, mark);
  const next = { ...live, ...liveFields(manifest), template, replicas };
  return sameSpecification(live, next) ? { ...live, manifest } : raised(next);
}

function sameSpecification(a: DeploymentObject, b: DeploymentObject): boolean {
  return (
    equalIgnoringHash(a.template, b.template) &&
    a.replicas === b.replicas &&
    a.minReadySeconds === b.minReadySeconds &&
    a.revisionHistoryLimit === b.revisionHistoryLimit &&
    a.progressDeadlineSeconds === b.progressDeadlineSeconds &&
    a.paused === b.paused &&
    JSON.stringify(a.strategy) === JSON.stringify(b.strategy) &&
    JSON.stringify(a.selector) === JSON.stringify(b.selector)
  );
}

function raised<O extends { readonly generation: number }>(object: O): O {
  return { ...object, generation: object.generation + 1 };
}

function createOrUpdate<K extends Kind>(
  client: ApiClient,
  wanted: NewObject<K> & { readonly kind: K },
  change: Parameters<typeof client.update<K>>[2],
  done: Done,
  refusal?: string,
): void {
  client.create<K>(wanted, (created) => {
    if (created.ok) done(null);
    else client.update<K>(wanted.kind, wanted.name, change, answerTo(done, refusal));
  });
}

function answerTo<K extends Kind>(done: Done, refusal?: string): (answer: WriteResult<K>) => void {
  return (answer) => {
    done(answer.ok ? null : (refusal ?? answer.message));
  };
}

/** Changes a live Deployment; `change` returns the next one or the message of a refusal. */
function patch(
  client: ApiClient,
  deployment: string,
  change: (live: DeploymentObject) => DeploymentObject | string,
  done: Done,
): void {
  let refusal: string | null = null;
  client.update<'Deployment'>(
    'Deployment',
    deployment,
    (live) => {
      const next = change(live);
      if (typeof next !== 'string') return next === live ? live : raised(next);
      refusal = next;
      return null;
    },
    (answer) => {
      done(answer.ok ? null : (refusal ?? `deployments.apps "${deployment}" not found`));
    },
  );
}

/** `kubectl rollout pause` (R-DEP-15). */
export function pause(client: ApiClient, deployment: string, done: Done): void {
  patch(
    client,
    deployment,
    (live) =>
      live.paused ? `deployments.apps "${deployment}" is already paused` : { ...live, paused: true },
    done,
  );
}

/** `kubectl rollout resume`. */
export function resume(client: ApiClient, deployment: string, done: Done): void {
  patch(
    client,
    deployment,
    (live) => (live.paused ? { ...live, paused: false } : `deployments.apps "${deployment}" is not paused`),
    done,
  );
}

/** `kubectl rollout restart`: an annotation on the template, whose hash changes with it (R-DEP-23). */
export function restart(client: ApiClient, deployment: string, done: Done): void {
  patch(
    client,
    deployment,
    (live) => {
      if (live.paused) return "can't restart paused deployment (run rollout resume first)";
      return { ...live, template: restarted(live.template, String(live.generation)) };
    },
    done,
  );
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** The mark stands in the hash before that of the template as written, so that a later restart replaces it. */
function restarted(template: PodTemplate, mark: string): PodTemplate {
  return {
    ...template,
    annotations: { ...template.annotations, [RESTARTED_AT]: mark },
    hash: `r${mark}${template.hash.replace(/^r\d+/u, '')}`,
  };
}

/** `kubectl scale --replicas`. */
export function scale(client: ApiClient, deployment: string, replicas: number, done: Done): void {
  patch(client, deployment, (live) => (live.replicas === replicas ? live : { ...live, replicas }), done);
}

/**
 * `kubectl rollout undo` (R-DEP-19): the template of an older revision becomes the Deployment's. Refused while
 * it is paused.
 * @param replicaSets every ReplicaSet there is, as kubectl reads them
 * @param toRevision null: the one before the newest
 */
export function undo(
  client: ApiClient,
  deployments: Deployments,
  replicaSets: readonly ReplicaSetObject[],
  deployment: string,
  toRevision: number | null,
  done: Done,
): void {
  const live = deployments.get(deployment);
  if (live === undefined) {
    done(`deployments.apps "${deployment}" not found`);
    return;
  }
  if (live.paused) {
    done(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${deployment}' and try again`,
    );
    return;
  }
  const owned = replicaSets.filter((replicaSet) => replicaSet.deployment === deployment);
  const target = revisionToUndoTo(owned, toRevision);
  if (target === null) {
    const missing =
      toRevision === null
        ? 'no rollout history found'
        : `unable to find specified revision ${toRevision} in history`;
    done(`${missing} for deployment "${deployment}"`);
    return;
  }
  patch(
    client,
    deployment,
    (current) =>
      equalIgnoringHash(current.template, target.template)
        ? current
        : { ...current, template: target.template },
    done,
  );
}

/** The ReplicaSet of that revision, or of the second newest; null when there is none. */
export function revisionToUndoTo<R extends { readonly revision: number }>(
  replicaSets: readonly R[],
  toRevision: number | null,
): R | null {
  if (toRevision !== null && toRevision > 0) {
    return replicaSets.find((replicaSet) => replicaSet.revision === toRevision) ?? null;
  }
  return replicaSets.toSorted((a, b) => b.revision - a.revision)[1] ?? null;
}

export interface RolloutStatus {
  readonly phase:
    | 'other-revision'
    | 'not-observed'
    | 'stalled'
    | 'updating'
    | 'removing-old'
    | 'waiting-available'
    | 'done';
  readonly done: boolean;
  readonly message: string;
}

type StatusCounts = Pick<
  DeploymentObject['status'],
  'observedGeneration' | 'replicas' | 'updatedReplicas' | 'availableReplicas'
> & { readonly progressing?: { readonly reason: string } | null };

/**
 * `kubectl rollout status`: how far the newest rollout has come, from the Deployment's status alone.
 * @param revision the only one that is waited for; null: whichever is the newest
 */
export function rolloutStatus(
  deployment: {
    readonly name: string;
    readonly generation: number;
    readonly replicas: number;
    readonly revision: number;
    readonly status: StatusCounts;
  },
  revision: number | null = null,
): RolloutStatus {
  const { name, replicas, status } = deployment;
  const waiting = (phase: RolloutStatus['phase'], message: string): RolloutStatus => ({
    phase,
    done: false,
    message,
  });
  if (revision !== null && revision !== deployment.revision) {
    const message = `desired revision (${revision}) is different from the running revision (${deployment.revision})`;
    return waiting('other-revision', message);
  }
  if (deployment.generation > status.observedGeneration) {
    return waiting('not-observed', 'Waiting for deployment spec update to be observed...');
  }
  if (status.progressing?.reason === 'ProgressDeadlineExceeded') {
    return waiting('stalled', `deployment "${name}" exceeded its progress deadline`);
  }
  const rollout = `Waiting for deployment "${name}" rollout to finish:`;
  if (status.updatedReplicas < replicas) {
    const message = `${rollout} ${status.updatedReplicas} out of ${replicas} new replicas have been updated...`;
    return waiting('updating', message);
  }
  if (status.replicas > status.updatedReplicas) {
    const old = status.replicas - status.updatedReplicas;
    return waiting('removing-old', `${rollout} ${old} old replicas are pending termination...`);
  }
  if (status.availableReplicas < status.updatedReplicas) {
    const counts = `${status.availableReplicas} of ${status.updatedReplicas}`;
    return waiting('waiting-available', `${rollout} ${counts} updated replicas are available...`);
  }
  return { phase: 'done', done: true, message: `deployment "${name}" successfully rolled out` };
}
