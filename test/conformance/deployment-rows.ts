/** The shapes in which vector files describe Deployments, and what the model makes of them. */
import { SECOND_MS } from '../../src/kernel/time.ts';
import { EMPTY_DEPLOYMENT_STATUS } from '../../src/model/cluster/deployment/deployment-status.ts';
import type { DeploymentStatus, ProgressingCondition } from '../../src/model/cluster/objects.ts';
import type { Deployment, IntOrPercent } from '../../src/scenario/scenario.ts';

/** Now, for rows that count seconds back from it: zero keeps the fractions exact. */
export const NOW_MS = 0;

export interface DeploymentRow {
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  readonly replicas: number | null;
  readonly maxSurge?: IntOrPercent | null;
  readonly maxUnavailable?: IntOrPercent | null;
}

export interface RsRow {
  readonly name: string;
  readonly replicas: number;
  readonly created: number;
  readonly available: number;
  readonly desiredReplicasAnnotation: number | null;
  readonly maxReplicasAnnotation: number | null;
}

export interface SizeRow {
  readonly replicas: number;
  readonly available: number;
}

export interface StatusRow {
  readonly replicas?: number;
  readonly updated?: number;
  readonly ready?: number;
  readonly available?: number;
}

export function bounds(row: DeploymentRow): { replicas: number; strategy: Deployment['strategy'] } {
  const replicas = row.replicas ?? 1;
  if (row.strategy === 'Recreate') return { replicas, strategy: { type: 'Recreate' } };
  const [surge, unavailable] = [row.maxSurge ?? 0, row.maxUnavailable ?? 0];
  return { replicas, strategy: { type: 'RollingUpdate', maxSurge: surge, maxUnavailable: unavailable } };
}

export function status(row: StatusRow, observedGeneration = 0): DeploymentStatus {
  return {
    ...EMPTY_DEPLOYMENT_STATUS,
    observedGeneration,
    replicas: row.replicas ?? 0,
    updatedReplicas: row.updated ?? 0,
    readyReplicas: row.ready ?? 0,
    availableReplicas: row.available ?? 0,
  };
}

export function condition(
  row: { readonly status: string; readonly reason: string } | null,
  elapsedSeconds: number | null,
): ProgressingCondition | null {
  if (row === null) return null;
  const lastUpdateMs = NOW_MS - (elapsedSeconds ?? 0) * SECOND_MS;
  return {
    status: row.status as ProgressingCondition['status'],
    reason: row.reason,
    lastUpdateMs,
    lastTransitionMs: lastUpdateMs,
  };
}

/** An old ReplicaSet whose age is its place in the list. */
export interface SizedReplicaSet {
  readonly name: string;
  readonly createdMs: number;
  readonly replicas: number;
  readonly status: { readonly availableReplicas: number };
}

export function sized(row: SizeRow, index = 0): SizedReplicaSet {
  return {
    name: `rs-${index}`,
    createdMs: index,
    replicas: row.replicas,
    status: { availableReplicas: row.available },
  };
}
