/**
 * Which of a Deployment's ReplicaSets is the new one, which are old, and in which order they are looked at
 * (R-DEP-4, R-DEP-9, R-DEP-19).
 */
interface Aged {
  readonly name: string;
  readonly createdMs: number;
}

interface Sized extends Aged {
  readonly replicas: number;
}

interface Templated extends Aged {
  readonly template: { readonly hash: string };
}

/** Oldest first; of the same second, by name. */
export function byCreation(a: Aged, b: Aged): number {
  return a.createdMs === b.createdMs ? byName(a, b) : a.createdMs - b.createdMs;
}

/** Largest first; of equal size the newest first. */
export function bySizeNewer(a: Sized, b: Sized): number {
  return a.replicas === b.replicas ? byCreation(b, a) : b.replicas - a.replicas;
}

/** Largest first; of equal size the oldest first. */
export function bySizeOlder(a: Sized, b: Sized): number {
  return a.replicas === b.replicas ? byCreation(a, b) : b.replicas - a.replicas;
}

/** R-DEP-23: templates are equal when their hashes are, which leave out the controller's own label. */
export function equalIgnoringHash(a: { readonly hash: string }, b: { readonly hash: string }): boolean {
  return a.hash === b.hash;
}

/** The oldest one with the Deployment's template (R-DEP-19); null when none has it. */
export function findNewReplicaSet<R extends Templated>(
  template: { readonly hash: string },
  replicaSets: readonly R[],
): R | null {
  let oldest: R | null = null;
  for (const candidate of replicaSets) {
    if (!equalIgnoringHash(candidate.template, template)) continue;
    if (oldest === null || byCreation(candidate, oldest) < 0) oldest = candidate;
  }
  return oldest;
}

/** Every other one, oldest first: among them those that should have pods. */
export function findOldReplicaSets<R extends Templated & Sized>(
  template: { readonly hash: string },
  replicaSets: readonly R[],
): { readonly all: R[]; readonly withPods: R[] } {
  const newReplicaSet = findNewReplicaSet(template, replicaSets);
  const all = replicaSets.filter((replicaSet) => replicaSet !== newReplicaSet).sort(byCreation);
  return { all, withPods: activeReplicaSets(all) };
}

export function activeReplicaSets<R extends { readonly replicas: number }>(replicaSets: readonly R[]): R[] {
  return replicaSets.filter((replicaSet) => replicaSet.replicas > 0);
}

/** The only one that should have pods, or the newest when none should; null when several share them (R-DEP-16). */
export function findActiveOrLatest<R extends Sized>(
  newReplicaSet: R | null,
  oldReplicaSets: readonly R[],
): R | null {
  const active = activeReplicaSets(withNew(oldReplicaSets, newReplicaSet));
  if (active.length > 1) return null;
  return active[0] ?? newReplicaSet ?? oldReplicaSets.toSorted(byCreation).at(-1) ?? null;
}

/** The old ones, then the new one if there is one. */
export function withNew<R>(oldReplicaSets: readonly R[], newReplicaSet: R | null): R[] {
  return newReplicaSet === null ? [...oldReplicaSets] : [...oldReplicaSets, newReplicaSet];
}

function byName(a: Aged, b: Aged): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
