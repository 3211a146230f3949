/**
 * What a PodDisruptionBudget's status says of its pods (R-PDB-2): how many are healthy, how many must be, and how many
 * evictions that leaves. Pure functions.
 */
import { MINUTE_MS, type TimeMs } from '../../../kernel/time.ts';
import { resolveIntOrPercent } from '../../../scenario/int-or-percent.ts';
import type { IntOrPercent } from '../../../scenario/scenario.ts';
import type { BudgetStatus } from '../objects.ts';

/** R-PDB-3: a granted eviction is remembered for so long unless the deletion is seen before. */
export const DELETION_TIMEOUT_MS: number = 2 * MINUTE_MS;

/** A pod that the budget selects. */
export interface BudgetPod {
  readonly name: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Its controller's scale, counted once for each `key`; null: nobody's pod. */
  readonly owner: { readonly key: string; readonly scale: number } | null;
}

export interface BudgetSpec {
  readonly minAvailable: IntOrPercent | null;
  readonly maxUnavailable: IntOrPercent | null;
}

export type BudgetCounts = Pick<
  BudgetStatus,
  'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy' | 'expectedPods'
>;

export function budgetCounts(
  spec: BudgetSpec,
  pods: readonly BudgetPod[],
  disruptedPods: Readonly<Record<string, TimeMs>>,
  nowMs: TimeMs,
): BudgetCounts {
  const { expectedPods, desiredHealthy } = demandOf(spec, pods);
  const currentHealthy = pods.filter((pod) => isHealthy(pod, disruptedPods, nowMs)).length;
  const left = currentHealthy - desiredHealthy;
  return {
    expectedPods,
    desiredHealthy,
    currentHealthy,
    disruptionsAllowed: expectedPods <= 0 || left <= 0 ? 0 : left,
  };
}

/** Evictions that are still to be taken into account: not seen as deletions yet, and not too long ago. */
export function pendingDisruptions(
  disruptedPods: Readonly<Record<string, TimeMs>>,
  pods: readonly Pick<BudgetPod, 'name' | 'terminating'>[],
  nowMs: TimeMs,
): Readonly<Record<string, TimeMs>> {
  const pending: Record<string, TimeMs> = {};
  for (const { name, terminating } of pods) {
    const grantedMs = disruptedPods[name];
    if (grantedMs === undefined || terminating || grantedMs + DELETION_TIMEOUT_MS < nowMs) continue;
    pending[name] = grantedMs;
  }
  return pending;
}

/** A share is of the scale of the pods' controllers; percentages round up, both of them (R-PDB-2). */
function demandOf(
  { minAvailable, maxUnavailable }: BudgetSpec,
  pods: readonly BudgetPod[],
): Pick<BudgetCounts, 'expectedPods' | 'desiredHealthy'> {
  if (maxUnavailable !== null) {
    const expectedPods = expectedScale(pods);
    const unavailable = resolveIntOrPercent(maxUnavailable, expectedPods, 'up');
    return { expectedPods, desiredHealthy: Math.max(0, expectedPods - unavailable) };
  }
  if (minAvailable === null) return { expectedPods: 0, desiredHealthy: 0 };
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const expectedPods = expectedScale(pods);
  return { expectedPods, desiredHealthy: resolveIntOrPercent(minAvailable, expectedPods, 'up') };
}

function expectedScale(pods: readonly BudgetPod[]): number {
  const scales = new Map<string, number>();
  for (const { owner } of pods) if (owner !== null) scales.set(owner.key, owner.scale);
  return [...scales.values()].reduce((sum, scale) => sum + scale, 0);
}

function isHealthy(
  { name, ready, terminating }: BudgetPod,
  disruptedPods: Readonly<Record<string, TimeMs>>,
  nowMs: TimeMs,
): boolean {
  const grantedMs = disruptedPods[name];
  const freshlyEvicted = grantedMs !== undefined && grantedMs + DELETION_TIMEOUT_MS > nowMs;
  return ready && !terminating && !freshlyEvicted;
}
