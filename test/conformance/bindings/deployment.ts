/**
 * Runs Kubernetes' table rows on the Deployment controller's view of progress and on its choice of ReplicaSets.
 * `header.fieldDocs` of each vector file defines the shapes.
 */
import { SECOND_MS } from '../../../src/kernel/time.ts';
import {
  isComplete,
  isProgressing,
  isTimedOut,
  NO_PROGRESS_DEADLINE,
} from '../../../src/model/cluster/deployment/deployment-status.ts';
import { checkStuck, rolloutStatusOf } from '../../../src/model/cluster/deployment/progress.ts';
import {
  actualReplicas,
  specReplicas,
  terminatingReplicas,
} from '../../../src/model/cluster/deployment/replica-counts.ts';
import {
  equalIgnoringHash,
  findNewReplicaSet,
  findOldReplicaSets,
  withNew,
} from '../../../src/model/cluster/deployment/replica-set-choice.ts';
import {
  readReplicasAnnotation,
  replicasAnnotationsNeedUpdate,
} from '../../../src/model/cluster/deployment/replicas-annotations.ts';
import { replicaSetsToDelete } from '../../../src/model/cluster/deployment/revision-cleanup.ts';
import { raiseRevision } from '../../../src/model/cluster/deployment/revisions.ts';
import { rolloutStatus } from '../../../src/model/cluster/kubectl.ts';
import type { ProgressingCondition } from '../../../src/model/cluster/objects.ts';
import { oldPodsRunning, planRecreate, requeuesOnPodDeletion } from '../../../src/model/rollout/recreate.ts';
import { templateHash } from '../../../src/scenario/template-hash.ts';
import { bounds, condition, NOW_MS, status, type StatusRow } from '../deployment-rows.ts';

// ---- availability.json

interface ProgressRow {
  readonly progressDeadlineSeconds: number | null;
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  readonly replicas: number;
  readonly status: StatusRow;
  readonly condition: { readonly status: string; readonly reason: string } | null;
  readonly elapsedSeconds: number | 'large' | null;
}

interface SyncedRow extends ProgressRow {
  readonly oldStatus: StatusRow;
  readonly conditions: readonly { readonly status: string; readonly reason: string }[];
  readonly otherReplicaSets: readonly CountRow[];
  readonly newReplicaSet: CountRow | null;
}

interface CountRow {
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly available: number;
}

const YEARS_SECONDS = 1e8;

function elapsed({ elapsedSeconds }: ProgressRow): number | null {
  return elapsedSeconds === 'large' ? YEARS_SECONDS : elapsedSeconds;
}

function progressed(row: ProgressRow, old: StatusRow, current: ProgressingCondition | null) {
  return {
    ...bounds({ replicas: row.replicas, strategy: row.strategy ?? 'RollingUpdate' }),
    generation: 0,
    progressDeadlineSeconds: row.progressDeadlineSeconds ?? NO_PROGRESS_DEADLINE,
    status: { ...status(old), progressing: current },
  };
}

function counted({ replicas, statusReplicas, available }: CountRow) {
  const counts = { replicas: statusReplicas, readyReplicas: 0, availableReplicas: available };
  return {
    replicas,
    status: { ...counts, observedGeneration: 0, terminatingReplicas: 0, replicaFailure: false },
  };
}

function syncRolloutStatus(row: SyncedRow): unknown {
  const current = condition(row.conditions[0] ?? null, elapsed(row));
  const newReplicaSet = row.newReplicaSet === null ? null : counted(row.newReplicaSet);
  const all = withNew(row.otherReplicaSets.map(counted), newReplicaSet);
  const next = rolloutStatusOf(
    progressed(row, row.oldStatus, current),
    newReplicaSet,
    all,
    NOW_MS,
  ).progressing;
  return {
    progressing: next === null ? null : { status: next.status, reason: next.reason },
    keepsLastUpdate: next !== null && next.lastUpdateMs === current?.lastUpdateMs,
    keepsLastTransition: next !== null && next.lastTransitionMs === current?.lastTransitionMs,
  };
}

function requeueStuck(row: ProgressRow): unknown {
  const deployment = progressed(row, row.status, condition(row.condition, elapsed(row)));
  const check = checkStuck(deployment, status(row.status), NOW_MS);
  if (check.kind === 'none') return { seconds: -1 };
  return { seconds: check.kind === 'now' ? 0 : check.remainingMs / SECOND_MS };
}

interface RolloutStatusRow {
  readonly generation: number;
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly status: StatusRow;
}

const progress = {
  DeploymentComplete: (row: { desired: number; status: StatusRow }) => ({
    complete: isComplete({ replicas: row.desired, generation: 0 }, status(row.status)),
  }),
  DeploymentProgressing: (row: { old: StatusRow; new: StatusRow }) => ({
    progressing: isProgressing(status(row.old), status(row.new)),
  }),
  DeploymentTimedOut: (row: ProgressRow) => ({
    timedOut: isTimedOut(
      row.progressDeadlineSeconds ?? NO_PROGRESS_DEADLINE,
      condition(row.condition, elapsed(row)),
      NOW_MS,
    ),
  }),
  requeueStuckDeployment: requeueStuck,
  syncRolloutStatus,
  rolloutStatus: ({ generation, observedGeneration, replicas, status: row }: RolloutStatusRow) =>
    rolloutStatus({
      name: 'web',
      generation,
      replicas,
      revision: 1,
      status: status(row, observedGeneration),
    }),
};

// ---- rollouts.json

interface ChosenRow {
  readonly name: string;
  readonly sameTemplate: boolean;
  readonly created: number;
  readonly replicas?: number;
}

interface OldPodsRow {
  readonly oldStatusReplicas: number;
  readonly otherPodPhases: readonly string[];
}

interface CleanupRow {
  readonly limit: number | null;
  readonly old: readonly {
    readonly name: string;
    readonly replicas: number;
    readonly statusReplicas: number;
    readonly created: number;
    readonly revision?: number | null;
    readonly deleting?: boolean;
  }[];
}

interface CountsRow {
  readonly rs: readonly {
    readonly replicas: number;
    readonly statusReplicas: number;
    readonly terminating: number | null;
    readonly observed: boolean;
  }[];
}

interface TemplateRow {
  readonly name: string;
  readonly node: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

const SAME = { hash: 'same' };

function choosable({ name, sameTemplate, created, replicas = 0 }: ChosenRow) {
  return { name, replicas, createdMs: created, template: sameTemplate ? SAME : { hash: 'other' } };
}

function names(replicaSets: readonly { readonly name: string }[]): string[] {
  return replicaSets.map(({ name }) => name).sort();
}

function cleanup({ limit, old }: CleanupRow): unknown {
  // In this model a ReplicaSet is deleted at once: one that is being deleted is no longer there.
  const present = old.filter(({ deleting = false }) => !deleting);
  const replicaSets = present.map(({ name, replicas, statusReplicas, created, revision }) => ({
    name,
    replicas,
    createdMs: created,
    revision: revision ?? 0,
    generation: 1,
    status: { replicas: statusReplicas, observedGeneration: 1 },
  }));
  const deleted = names(replicaSetsToDelete(replicaSets, limit ?? NO_PROGRESS_DEADLINE));
  return { deleted: deleted.length, deletedNames: deleted };
}

function counts({ rs }: CountsRow): unknown {
  const replicaSets = rs.map(({ replicas, statusReplicas, terminating, observed }) => ({
    replicas,
    status: {
      observedGeneration: observed ? 1 : 0,
      replicas: statusReplicas,
      readyReplicas: 0,
      availableReplicas: 0,
      terminatingReplicas: terminating,
    },
  }));
  return {
    spec: specReplicas(replicaSets),
    actual: actualReplicas(replicaSets),
    terminating: terminatingReplicas(replicaSets),
  };
}

/** The row as a pod template in YAML would read, so that the loader's own digest decides. */
function hashed({ name, node, annotations, labels: { hash, ...labels } }: TemplateRow) {
  const marked = hash === undefined ? labels : { ...labels, 'pod-template-hash': hash };
  return {
    hash: templateHash({ metadata: { name, annotations, labels: marked }, spec: { nodeName: node } }),
  };
}

interface HistoryRow {
  readonly revisions: readonly number[];
  readonly limitChars: number;
  readonly startRevision: number | null;
}

function revisionHistory({ revisions, limitChars, startRevision }: HistoryRow): unknown {
  let replicaSet: { revision: number; revisionHistory: string } = {
    revision: startRevision ?? 0,
    revisionHistory: '',
  };
  const steps = revisions.map((revision) => (replicaSet = raiseRevision(replicaSet, revision, limitChars)));
  return {
    revision: steps.map((step) => step.revision),
    history: steps.map((step) => step.revisionHistory),
  };
}

const rollouts = {
  oldPodsRunning: ({ oldStatusReplicas, otherPodPhases }: OldPodsRow) => {
    const old = counted({ replicas: 0, statusReplicas: oldStatusReplicas, available: 0 });
    const phases = otherPodPhases.map((phase) => (phase === '' ? null : phase));
    return { blocked: oldPodsRunning([old], phases as Parameters<typeof oldPodsRunning>[1]) };
  },
  scaleDownOldForRecreate: ({ old }: { old: readonly number[] }) => {
    const before = old.map((replicas) => ({ replicas }));
    const after = new Map(planRecreate(before).map(({ replicaSet, replicas }) => [replicaSet, replicas]));
    return { old: before.map((replicaSet) => after.get(replicaSet) ?? replicaSet.replicas) };
  },
  requeueOnPodDeletion: ({ podsLeft, replicaSetKnown }: { podsLeft: number; replicaSetKnown: boolean }) => ({
    requeued: requeuesOnPodDeletion(replicaSetKnown, podsLeft),
  }),
  cleanupDeployment: cleanup,
  FindNewReplicaSet: ({ rs }: { rs: readonly ChosenRow[] }) => ({
    name: findNewReplicaSet(SAME, rs.map(choosable))?.name ?? null,
  }),
  FindOldReplicaSets: ({ rs }: { rs: readonly ChosenRow[] }) => {
    const { all, withPods } = findOldReplicaSets(SAME, rs.map(choosable));
    return { all: names(all), withPods: names(withPods) };
  },
  replicaCounts: counts,
  EqualIgnoreHash: ({ a, b }: { a: TemplateRow; b: TemplateRow }) => ({
    equal: equalIgnoringHash(hashed(a), hashed(b)),
  }),
  getNonNegativeInt32FromAnnotation: ({ text }: { text: string | null }) => {
    const value = readReplicasAnnotation(text);
    return { value: value ?? 0, valid: value !== null };
  },
  ReplicasAnnotationsNeedUpdate: (row: {
    desired: number | null;
    max: number | null;
    wantDesired: number;
    wantMax: number;
  }) => ({
    needed: replicasAnnotationsNeedUpdate(
      { desiredReplicasAnnotation: row.desired, maxReplicasAnnotation: row.max },
      row.wantDesired,
      row.wantMax,
    ),
  }),
  revisionHistory,
};

export const bindings: Record<string, (input: any) => unknown> = { ...progress, ...rollouts };
