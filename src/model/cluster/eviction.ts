/**
 * The Eviction API: deletes a pod if the budgets that cover it allow it (R-PDB-1, R-PDB-3). Everything here happens at
 * one instant inside the API server; `ApiClient.perform` carries it there and back.
 */
import type { TimeMs } from '../../kernel/time.ts';
import type { ApiServer } from './api-server.ts';
import { budgetCovers } from './disruption-controller.ts';
import type { BudgetStatus, PodDisruptionBudgetObject, PodObject } from './objects.ts';

export type EvictionAnswer =
  | { readonly kind: 'evicted' | 'gone' }
  /** 429 with Retry-After 10: the budget has no disruption left. */
  | { readonly kind: 'too-many-requests'; readonly budget: string }
  /** 500: several budgets cover the pod, which the API does not support. */
  | { readonly kind: 'several-budgets'; readonly budgets: readonly string[] }
  /** 409, and any other failure of the store. */
  | { readonly kind: 'conflict' | 'failed' };

export type UnhealthyPodEvictionPolicy = 'IfHealthyBudget' | 'AlwaysAllow';

/** What a budget says to the eviction of one pod. */
type Verdict = 'granted' | 'granted-without-budget' | 'refused';

export type EvictedPod = Pick<PodObject, 'phase' | 'ready'> & { readonly terminating: boolean };

export interface AskedBudget extends Pick<
  BudgetStatus,
  'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy'
> {
  readonly name: string;
  readonly policy: UnhealthyPodEvictionPolicy;
  /** Its status is of its specification as it is now. */
  readonly current: boolean;
}

/** The pod and its budgets as they are stored. */
export interface EvictionStore {
  /** null: it is gone. */
  pod(): EvictedPod | null;
  budgets(): readonly AskedBudget[];
  /** Takes one disruption and remembers the pod until its deletion is seen. */
  spend(budget: string): void;
  delete(): 'ok' | 'conflict' | 'error';
}

/** How often a deletion that needs no budget is tried again when the pod changes meanwhile. */
const DELETIONS_MAX = 20;

/** Pods that serve nobody, or are on their way already, need no budget. */
function needsNoBudget({ phase, terminating }: Pick<EvictedPod, 'phase' | 'terminating'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || terminating;
}

/** A pod that is not Ready is free to go under AlwaysAllow, and otherwise only where the budget is met without it. */
function askBudget(
  pod: Pick<EvictedPod, 'ready'>,
  { current, disruptionsAllowed, currentHealthy, desiredHealthy, policy }: AskedBudget,
): Verdict {
  const met = currentHealthy >= desiredHealthy && desiredHealthy > 0;
  if (!pod.ready && (policy === 'AlwaysAllow' || met)) return 'granted-without-budget';
  // A status that the controller has not brought up to date grants nothing.
  return current && disruptionsAllowed > 0 ? 'granted' : 'refused';
}

/** @param pinned whether the caller insists on one version of the pod, so that a conflict is final */
export function evictFrom(store: EvictionStore, pinned = false): EvictionAnswer {
  for (let deletions = 0; ;) {
    const pod = store.pod();
    if (pod === null) return { kind: 'gone' };
    if (!needsNoBudget(pod)) return evictWithBudget(store, pod);
    const deleted = store.delete();
    deletions++;
    if (deleted === 'ok') return { kind: 'evicted' };
    if (deleted === 'error') return { kind: 'failed' };
    if (pinned || deletions === DELETIONS_MAX) return { kind: 'conflict' };
  }
}

function evictWithBudget(store: EvictionStore, pod: EvictedPod): EvictionAnswer {
  const budgets = store.budgets();
  const [budget] = budgets;
  if (budgets.length > 1) return { kind: 'several-budgets', budgets: budgets.map(({ name }) => name) };
  const verdict = budget === undefined ? 'granted-without-budget' : askBudget(pod, budget);
  const name = budget?.name ?? '';
  if (verdict === 'refused') return { kind: 'too-many-requests', budget: name };
  if (verdict === 'granted') store.spend(name);
  const deleted = store.delete();
  if (deleted === 'ok') return { kind: 'evicted' };
  // It was let go because it was not Ready; who knows what it is now.
  return deleted === 'conflict' ? { kind: 'too-many-requests', budget: name } : { kind: 'failed' };
}

/**
 * @param graceSeconds null: the pod's own
 * @param evicted called with the pod as its deletion leaves it
 */
export function evict(
  api: ApiServer,
  name: string,
  graceSeconds: number | null,
  nowMs: TimeMs,
  evicted: (pod: PodObject) => void,
): EvictionAnswer {
  return evictFrom({
    pod: () => {
      const pod = api.read('Pod', name);
      return pod === undefined
        ? null
        : { phase: pod.phase, ready: pod.ready, terminating: pod.deletionMs !== null };
    },
    budgets: () => {
      const pod = api.read('Pod', name);
      const all = [...api.readAll('PodDisruptionBudget').values()];
      return all.filter((budget) => pod !== undefined && budgetCovers(budget, pod)).map(asked);
    },
    spend: (budget) => {
      api.commitUpdate('PodDisruptionBudget', budget, (current) => spent(current, name, nowMs));
    },
    delete: () => {
      const deleted = api.commitDeletePod(name, graceSeconds);
      if (deleted.ok) evicted(deleted.object);
      return deleted.ok ? 'ok' : 'error';
    },
  });
}

function asked({ name, status, generation, manifest }: PodDisruptionBudgetObject): AskedBudget {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, observedGeneration } = status;
  return {
    name,
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    policy: manifest.unhealthyPodEvictionPolicy ?? 'IfHealthyBudget',
    current: observedGeneration >= generation,
  };
}

function spent(budget: PodDisruptionBudgetObject, pod: string, nowMs: TimeMs): PodDisruptionBudgetObject {
  const { status } = budget;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: status.disruptionsAllowed - 1,
      disruptedPods: { ...status.disruptedPods, [pod]: nowMs },
    },
  };
}
