/** Runs Kubernetes' table rows on the arithmetic of rolling updates and of scaling. */
import {
  maxUnavailable,
  minAvailable,
  parseIntOrString,
  readIntOrPercent,
  resolveFenceposts,
  scaleIntOrPercent,
} from '../../../src/model/cluster/deployment/fenceposts.ts';
import { newReplicaSetSize } from '../../../src/model/cluster/deployment/new-replica-set-size.ts';
import {
  planScaling,
  replicaSetFraction,
} from '../../../src/model/cluster/deployment/proportional-scaling.ts';
import { withNew } from '../../../src/model/cluster/deployment/replica-set-choice.ts';
import {
  maxScaledDown,
  planCleanup,
  planScaleDown,
  reconcileNewReplicaSet,
} from '../../../src/model/rollout/rolling.ts';
import type { IntOrPercent } from '../../../src/scenario/scenario.ts';
import {
  bounds,
  sized,
  type DeploymentRow,
  type RsRow,
  type SizedReplicaSet,
  type SizeRow,
} from '../deployment-rows.ts';

// ---- fenceposts.json

function valueOrError(value: number | null): unknown {
  return value === null ? { error: true } : { value, error: false };
}

interface FencepostsRow {
  readonly maxSurge: IntOrPercent | null;
  readonly maxUnavailable: IntOrPercent | null;
  readonly desired: number;
}

interface ScaledRow {
  readonly value: IntOrPercent | null;
  readonly total: number;
  readonly roundUp: boolean;
}

const fenceposts = {
  ResolveFenceposts: ({ maxSurge, maxUnavailable, desired }: FencepostsRow) => {
    const resolved = resolveFenceposts(maxSurge, maxUnavailable, desired);
    return resolved === null ? { error: true } : { ...resolved, error: false };
  },
  GetScaledValueFromIntOrPercent: ({ value, total, roundUp }: ScaledRow) =>
    valueOrError(scaleIntOrPercent(value, total, roundUp ? 'up' : 'down')),
  getIntOrPercentValueSafely: ({ value }: { value: IntOrPercent | null }) => {
    const read = value === null ? null : readIntOrPercent(value);
    return read === null ? { error: true } : { ...read, error: false };
  },
  Parse: ({ text }: { text: string }) => ({ value: parseIntOrString(text) }),
  MaxUnavailable: ({ deployment }: { deployment: DeploymentRow }) => ({
    value: maxUnavailable(bounds(deployment)),
  }),
  MinAvailable: ({ deployment }: { deployment: DeploymentRow }) => ({
    value: minAvailable(bounds(deployment)),
  }),
};

// ---- new-rs-replicas.json and reconcile-old.json

interface NewSizeRow extends Omit<DeploymentRow, 'replicas'> {
  readonly deploymentReplicas: number;
  readonly newReplicas: number;
  readonly totalReplicas: number;
  readonly oldReplicas: number;
}

interface OldRow {
  readonly deployment: DeploymentRow;
  readonly old: readonly SizeRow[];
  readonly new: SizeRow | null;
  readonly maxCleanupCount: number;
}

/** The old sizes after some were written. */
function resized(
  old: readonly SizedReplicaSet[],
  resizings: readonly { readonly replicaSet: SizedReplicaSet; readonly replicas: number }[],
): SizedReplicaSet[] {
  const sizes = new Map(resizings.map(({ replicaSet, replicas }) => [replicaSet.name, replicas]));
  return old.map((replicaSet) => ({
    ...replicaSet,
    replicas: sizes.get(replicaSet.name) ?? replicaSet.replicas,
  }));
}

function sizesOf(replicaSets: readonly SizedReplicaSet[]): number[] {
  return replicaSets.map(({ replicas }) => replicas);
}

function reconcileOld({ deployment, old: oldRows, new: newRow }: OldRow): unknown {
  const old = oldRows.map(sized);
  const newReplicaSet = newRow === null ? null : sized(newRow, old.length);
  const limits = bounds(deployment);
  const max = maxScaledDown(limits, old, withNew(old, newReplicaSet), newReplicaSet);
  if (max <= 0) return { scaled: false, oldReplicas: sizesOf(old) };
  const cleanup = planCleanup(old, max);
  const cleaned = resized(old, cleanup.resizings);
  if (!cleanup.valid) return { scaled: false, oldReplicas: sizesOf(cleaned) };
  const down = planScaleDown(limits, cleaned, withNew(cleaned, newReplicaSet));
  return {
    scaled: cleanup.count + down.count > 0,
    count: cleanup.count + down.count,
    oldReplicas: sizesOf(resized(cleaned, down.resizings)),
  };
}

const sizes = {
  NewRSNewReplicas: ({ deploymentReplicas, newReplicas, totalReplicas, ...row }: NewSizeRow) => ({
    newReplicas: newReplicaSetSize(
      bounds({ ...row, replicas: deploymentReplicas }),
      totalReplicas,
      newReplicas,
    ),
  }),
  reconcileNewReplicaSet: ({ deploymentReplicas, newReplicas, oldReplicas, ...row }: NewSizeRow) => {
    const limits = bounds({ ...row, replicas: deploymentReplicas });
    const size = reconcileNewReplicaSet(limits, oldReplicas + newReplicas, newReplicas);
    return { scaled: size !== newReplicas, newReplicas: size };
  },
  reconcileOldReplicaSets: reconcileOld,
  cleanupUnhealthyReplicas: ({ old: rows, maxCleanupCount }: OldRow) => {
    const old = rows.map(sized);
    const { resizings, count } = planCleanup(old, maxCleanupCount);
    return { count, oldReplicas: resized(old, resizings).map(({ replicas }) => replicas) };
  },
  scaleDownOldReplicaSetsForRollingUpdate: ({ deployment, old: rows, new: newRow }: OldRow) => {
    const old = rows.map(sized);
    const all = withNew(old, newRow === null ? null : sized(newRow, old.length));
    const { resizings, count } = planScaleDown(bounds(deployment), old, all);
    return {
      scaled: count > 0,
      count,
      oldReplicas: resized(old, resizings).map(({ replicas }) => replicas),
    };
  },
};

// ---- proportional-scaling.json

interface ScaleRow {
  readonly deployment: DeploymentRow;
  readonly new: RsRow | null;
  readonly old: readonly RsRow[];
}

interface FractionRow {
  readonly deployment: DeploymentRow;
  readonly deploymentStatusReplicas: number;
  readonly rsReplicas: number;
  readonly maxReplicasAnnotation: number | null;
}

function scalable(row: RsRow) {
  return { ...row, createdMs: row.created, status: { availableReplicas: row.available } };
}

const scaling = {
  scale: ({ deployment, new: newRow, old: oldRows }: ScaleRow) => {
    const newReplicaSet = newRow === null ? null : scalable(newRow);
    const old = oldRows.map(scalable);
    const all = withNew(old, newReplicaSet);
    const scaled = { ...bounds(deployment), status: { replicas: 0 } };
    const result = new Map(all.map(({ name, replicas }) => [name, replicas]));
    for (const { replicaSet, replicas } of planScaling(scaled, newReplicaSet, old)) {
      result.set(replicaSet.name, replicas);
    }
    return { sizes: Object.fromEntries(result) };
  },
  getReplicaSetFraction: (row: FractionRow) => ({
    fraction: replicaSetFraction(
      { replicas: row.rsReplicas, maxReplicasAnnotation: row.maxReplicasAnnotation },
      { ...bounds(row.deployment), status: { replicas: row.deploymentStatusReplicas } },
    ),
  }),
};

export const bindings: Record<string, (input: any) => unknown> = { ...fenceposts, ...sizes, ...scaling };
