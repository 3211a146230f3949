/**
 * The two counts that a Deployment leaves on its ReplicaSets, by which it later notices that it was scaled and
 * from what size (R-DEP-16).
 */
import { maxSurge, type RolloutBounds } from './fenceposts.ts';

const INT32_MAX = 2_147_483_647;

export interface ReplicasAnnotations {
  readonly desiredReplicasAnnotation: number | null;
  readonly maxReplicasAnnotation: number | null;
}

export function replicasAnnotationsFor(bounds: RolloutBounds): {
  readonly desiredReplicasAnnotation: number;
  readonly maxReplicasAnnotation: number;
} {
  return {
    desiredReplicasAnnotation: bounds.replicas,
    maxReplicasAnnotation: bounds.replicas + maxSurge(bounds),
  };
}

export function replicasAnnotationsNeedUpdate(
  replicaSet: ReplicasAnnotations,
  desired: number,
  max: number,
): boolean {
  return replicaSet.desiredReplicasAnnotation !== desired || replicaSet.maxReplicasAnnotation !== max;
}

/** The count that an annotation's text stands for; null when absent or not a whole number of 31 bits. */
export function readReplicasAnnotation(text: string | null): number | null {
  if (text === null || !/^\d+$/u.test(text)) return null;
  const value = Number(text);
  return value <= INT32_MAX ? value : null;
}
