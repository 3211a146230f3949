/**
 * The Eviction API: deletes a pod if the budgets that cover it allow it (R-PDB-1, R-PDB-3). Everything here happens at
 * one instant inside the API server; `ApiClient.perform` carries it there and back.
 */
import type { TimeMs } from '../../kernel/time.ts';
import type { ApiServer } from './api-server.ts';
import { budgetCovers } from './disruption-controller.ts';
import type { PodDisruptionBudgetObject, PodObject } from './objects.ts';

export type EvictionAnswer =
  | { readonly kind: 'evicted'; readonly pod: PodObject }
  | { readonly kind: 'gone' }
  /** 429 with Retry-After 10: the budget has no disruption left. */
  | { readonly kind: 'too-many-requests'; readonly budget: string }
  /** 500: several budgets cover the pod, which the API does not support. */
  | { readonly kind: 'several-budgets'; readonly budgets: readonly string[] };

export type UnhealthyPodEvictionPolicy = 'IfHealthyBudget' | 'AlwaysAllow';

/** What a budget says to the eviction of one pod. */
export type Verdict = 'granted' | 'granted-without-budget' | 'refused';

type EvictedPod = Pick<PodObject, 'phase' | 'ready'> & { readonly terminating: boolean };
type AskedBudget = Pick<
  PodDisruptionBudgetObject['status'],
  'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy'
> & { readonly current: boolean };

/** Pods that serve nobody, or are on their way already, need no budget. */
export function needsNoBudget({ phase, terminating }: Pick<EvictedPod, 'phase' | 'terminating'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || terminating;
}

/** @param policy what holds for a pod that is not Ready: with the default it is free only where the budget is met without it */
export function askBudget(
  pod: EvictedPod,
  { current, disruptionsAllowed, currentHealthy, desiredHealthy }: AskedBudget,
  policy: UnhealthyPodEvictionPolicy = 'IfHealthyBudget',
): Verdict {
  const met = currentHealthy >= desiredHealthy && desiredHealthy > 0;
  if (!pod.ready && (policy === 'AlwaysAllow' || met)) return 'granted-without-budget';
  // A status that the controller has not brought up to date grants nothing.
  return current && disruptionsAllowed > 0 ? 'granted' : 'refused';
}

/** @param graceSeconds null: the pod's own */
export function evict(
  api: ApiServer,
  name: string,
  graceSeconds: number | null,
  nowMs: TimeMs,
): EvictionAnswer {
  const pod = api.read('Pod', name);
  if (pod === undefined) return { kind: 'gone' };
  const asked = { phase: pod.phase, ready: pod.ready, terminating: pod.deletionMs !== null };
  const budgets = [...api.readAll('PodDisruptionBudget').values()].filter((budget) =>
    budgetCovers(budget, pod),
  );
  const [budget] = budgets;
  if (budget !== undefined && !needsNoBudget(asked)) {
    if (budgets.length > 1) return { kind: 'several-budgets', budgets: budgets.map((each) => each.name) };
    const { status, generation } = budget;
    const verdict = askBudget(asked, { ...status, current: status.observedGeneration >= generation });
    if (verdict === 'refused') return { kind: 'too-many-requests', budget: budget.name };
    if (verdict === 'granted') spend(api, budget.name, name, nowMs);
  }
  const deleted = api.commitDeletePod(name, graceSeconds);
  return deleted.ok ? { kind: 'evicted', pod: deleted.object } : { kind: 'gone' };
}

/** Takes one disruption and remembers the pod until its deletion is seen. */
function spend(api: ApiServer, budget: string, pod: string, nowMs: TimeMs): void {
  api.commitUpdate('PodDisruptionBudget', budget, (current) => ({
    ...current,
    status: {
      ...current.status,
      disruptionsAllowed: current.status.disruptionsAllowed - 1,
      disruptedPods: { ...current.status.disruptedPods, [pod]: nowMs },
    },
  }));
}
