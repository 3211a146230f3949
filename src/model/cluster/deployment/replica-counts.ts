/**
 * Sums over ReplicaSets: what they should have (intent) and what their status last said (lagging) are kept
 * apart (R-DEP-3).
 */
export interface CountedReplicaSet {
  readonly replicas: number;
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly readyReplicas: number;
    readonly availableReplicas: number;
    readonly terminatingReplicas: number | null;
  };
}

type Count = (replicaSet: CountedReplicaSet) => number;

const sum = (replicaSets: readonly CountedReplicaSet[], count: Count): number =>
  replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);

export function specReplicas(replicaSets: readonly { readonly replicas: number }[]): number {
  return replicaSets.reduce((total, { replicas }) => total + replicas, 0);
}

export function actualReplicas(replicaSets: readonly CountedReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status.replicas);
}

export function readyReplicas(replicaSets: readonly CountedReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status.readyReplicas);
}

export function availableReplicas(
  replicaSets: readonly { readonly status: { readonly availableReplicas: number } }[],
): number {
  return replicaSets.reduce((total, { status }) => total + status.availableReplicas, 0);
}

/** Null when a ReplicaSet that its controller has looked at does not say how many of its pods are terminating. */
export function terminatingReplicas(
  replicaSets: readonly {
    readonly status: Pick<CountedReplicaSet['status'], 'observedGeneration' | 'terminatingReplicas'>;
  }[],
): number | null {
  let total = 0;
  for (const { status } of replicaSets) {
    if (status.terminatingReplicas !== null) total += status.terminatingReplicas;
    else if (status.observedGeneration > 0) return null;
  }
  return total;
}
