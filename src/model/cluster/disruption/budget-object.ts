/** A PodDisruptionBudget as its manifest creates it, before its controller has looked at it. */
import type { PodDisruptionBudget } from '../../../scenario/scenario.ts';
import type { NewObject } from '../api-server.ts';
import type { BudgetStatus } from '../objects.ts';

const UNKNOWN_STATUS: BudgetStatus = {
  observedGeneration: 0,
  disruptionsAllowed: 0,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
  disruptedPods: {},
};

export function newBudgetOf(
  manifest: PodDisruptionBudget,
): NewObject<'PodDisruptionBudget'> & { readonly kind: 'PodDisruptionBudget' } {
  return { kind: 'PodDisruptionBudget', name: manifest.name, manifest, status: UNKNOWN_STATUS };
}
