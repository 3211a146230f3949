/** Budgets and evictions (pdb.json). */
import {
  budgetCounts,
  DELETION_TIMEOUT_MS,
  pendingDisruptions,
  type BudgetPod,
} from '../../../src/model/cluster/disruption/budget-status.ts';
import {
  evictFrom,
  type AskedBudget,
  type EvictedPod,
  type EvictionAnswer,
  type UnhealthyPodEvictionPolicy,
} from '../../../src/model/cluster/eviction.ts';
import type { PodPhase } from '../../../src/model/cluster/objects.ts';
import type { IntOrPercent } from '../../../src/scenario/scenario.ts';

const SECOND_MS = 1000;
/** Any instant: times in the rows are relative. */
const NOW_MS = 1_000_000 * SECOND_MS;

interface PodGroup {
  readonly count: number;
  readonly healthy: boolean;
  readonly owner: number | 'unsupported' | null;
  readonly terminating?: boolean;
  readonly evictedSecondsAgo?: number | null;
}

function disruptionStatus(row: {
  readonly budget: { readonly minAvailable?: IntOrPercent; readonly maxUnavailable?: IntOrPercent };
  readonly owners: readonly { readonly replicas: number }[];
  readonly pods: readonly PodGroup[];
  readonly selectorValid?: boolean;
}): unknown {
  // The loader refuses a selector that cannot be read, and a kind without a scale: upstream's fail-safe status.
  const failSafe = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  if (row.selectorValid === false || row.pods.some(({ owner }) => owner === 'unsupported')) return failSafe;
  const disrupted: Record<string, number> = {};
  const pods = row.pods.flatMap((group, number) =>
    Array.from({ length: group.count }, (_, index): BudgetPod => {
      const name = `pod-${number}-${index}`;
      const { evictedSecondsAgo = null, owner } = group;
      if (evictedSecondsAgo !== null) disrupted[name] = NOW_MS - evictedSecondsAgo * SECOND_MS;
      const scale = typeof owner === 'number' ? row.owners[owner]?.replicas : undefined;
      return {
        name,
        ready: group.healthy,
        terminating: group.terminating ?? false,
        owner: scale === undefined ? null : { key: String(owner), scale },
      };
    }),
  );
  const { minAvailable = null, maxUnavailable = null } = row.budget;
  const pending = pendingDisruptions(disrupted, pods, NOW_MS);
  return budgetCounts({ minAvailable, maxUnavailable }, pods, pending, NOW_MS);
}

/** The condition stands for the eviction that the controller remembers: it is dropped with it, unless the deletion came. */
function stalePodDisruption(row: {
  readonly condition: string | null;
  readonly conditionAgeSeconds: number | null;
  readonly terminating: boolean;
}): unknown {
  if (row.condition !== 'True' || row.conditionAgeSeconds === null || row.terminating) {
    return { condition: row.condition };
  }
  const granted = { pod: NOW_MS - row.conditionAgeSeconds * SECOND_MS };
  const pending = pendingDisruptions(granted, [{ name: 'pod', terminating: false }], NOW_MS);
  return { condition: pending['pod'] === undefined ? 'False' : 'True' };
}

interface EvictRow {
  readonly policy: UnhealthyPodEvictionPolicy | null;
  readonly pod: { readonly phase: PodPhase | ''; readonly ready: boolean; readonly terminating?: boolean };
  readonly pdb: Omit<AskedBudget, 'name' | 'current' | 'policy'> & { readonly matches: boolean };
  readonly deletes: readonly ('ok' | 'conflict' | 'conflict-then-running' | 'error')[];
  readonly userResourceVersion?: boolean;
  readonly nameMismatch?: boolean;
}

const RESULTS: Readonly<Record<EvictionAnswer['kind'], string>> = {
  evicted: 'evicted',
  gone: 'evicted',
  'too-many-requests': 'tooManyRequests',
  'several-budgets': 'internalError',
  conflict: 'conflict',
  failed: 'badRequest',
};

function evict({ policy, pod: given, pdb, deletes, userResourceVersion, nameMismatch }: EvictRow): unknown {
  // The model's callers name a pod once.
  if (nameMismatch === true) return { result: 'badRequest', deleteCalls: 0 };
  let pod: EvictedPod = {
    phase: given.phase === '' ? 'Running' : given.phase,
    ready: given.ready,
    terminating: given.terminating ?? false,
  };
  let deleteCalls = 0;
  const answer = evictFrom(
    {
      pod: () => pod,
      budgets: () =>
        pdb.matches ? [{ ...pdb, name: 'pdb', current: true, policy: policy ?? 'IfHealthyBudget' }] : [],
      spend: () => undefined,
      delete: () => {
        const script = deletes[Math.min(deleteCalls++, deletes.length - 1)] ?? 'ok';
        if (script === 'conflict-then-running') pod = { ...pod, phase: 'Running' };
        return script === 'conflict-then-running' ? 'conflict' : script;
      },
    },
    userResourceVersion ?? false,
  );
  return { result: RESULTS[answer.kind], deleteCalls };
}

function evictUpdatesBudget({ disruptionsAllowed }: { readonly disruptionsAllowed: number }): unknown {
  let allowed = disruptionsAllowed;
  evictFrom({
    pod: () => ({ phase: 'Running', ready: true, terminating: false }),
    budgets: () => [
      {
        name: 'pdb',
        current: true,
        policy: 'IfHealthyBudget',
        disruptionsAllowed,
        currentHealthy: disruptionsAllowed,
        desiredHealthy: 0,
      },
    ],
    spend: () => {
      allowed--;
    },
    delete: () => 'ok',
  });
  return {
    disruptionsAllowed: allowed,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
  };
}

function evictWithBudget(row: {
  readonly minAvailable: IntOrPercent;
  readonly pod: { readonly ready: boolean };
  readonly policy: UnhealthyPodEvictionPolicy | null;
}): unknown {
  const own = { name: 'pod', ready: row.pod.ready, terminating: false, owner: null };
  const counts = budgetCounts({ minAvailable: row.minAvailable, maxUnavailable: null }, [own], {}, NOW_MS);
  let remainingHealthy = counts.currentHealthy;
  const answer = evictFrom({
    pod: () => ({ phase: 'Running', ready: row.pod.ready, terminating: false }),
    budgets: () => [{ ...counts, name: 'pdb', current: true, policy: row.policy ?? 'IfHealthyBudget' }],
    spend: () => undefined,
    delete: () => {
      if (row.pod.ready) remainingHealthy--;
      return 'ok';
    },
  });
  return { result: RESULTS[answer.kind], remainingHealthy };
}

if (DELETION_TIMEOUT_MS !== 120 * SECOND_MS) throw new Error('the rows are about two minutes');

export const bindings: Record<string, (input: any) => unknown> = {
  disruptionStatus,
  stalePodDisruption,
  evict,
  evictUpdatesBudget,
  evictWithBudget,
};
