/** Which old ReplicaSets are given up beyond the history that a Deployment keeps (R-DEP-21). */
import { byCreation } from './replica-set-choice.ts';

/** A limit of this many keeps all. */
const KEEP_ALL_REVISIONS = 2_147_483_647;

export interface RetainedReplicaSet {
  readonly name: string;
  readonly createdMs: number;
  readonly revision: number;
  readonly generation: number;
  readonly replicas: number;
  readonly status: { readonly replicas: number; readonly observedGeneration: number };
}

/** The surplus ones by revision, oldest first; those that are not empty keep their place and are not replaced. */
export function replicaSetsToDelete<R extends RetainedReplicaSet>(
  oldReplicaSets: readonly R[],
  revisionHistoryLimit: number,
): R[] {
  if (revisionHistoryLimit === KEEP_ALL_REVISIONS) return [];
  const surplus = oldReplicaSets.length - revisionHistoryLimit;
  if (surplus <= 0) return [];
  return oldReplicaSets
    .toSorted((a, b) => (a.revision === b.revision ? byCreation(a, b) : a.revision - b.revision))
    .slice(0, surplus)
    .filter(isSettledAndEmpty);
}

function isSettledAndEmpty({ generation, replicas, status }: RetainedReplicaSet): boolean {
  return replicas === 0 && status.replicas === 0 && generation <= status.observedGeneration;
}
