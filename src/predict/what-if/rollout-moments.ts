/** Moments of a rollout, as shares of the time that it usually takes. */
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../run-summary.ts';
import { subjectOf } from '../subject.ts';

/**
 * Half of the rollouts are complete by then; for one that does not complete, when its progress deadline is over.
 * @returns null when nothing is rolled out
 */
export function usualRolloutMs(scenario: Scenario, runs: readonly RunSummary[]): number | null {
  if (runs.every(({ rollout }) => rollout.outcome === 'none')) return null;
  const sorted = runs
    .map(({ rollout }) => rollout.completeMs ?? Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;
  if (Number.isFinite(median)) return median;
  const deployment = subjectOf(scenario)?.deployment;
  return deployment === undefined ? null : 1000 * deployment.progressDeadlineSeconds;
}

/** `at 25 % of the rollout’s time`, `as it begins`, `as it ends`. */
export function momentText(share: number): string {
  if (share === 0) return 'at its beginning';
  return share === 1 ? 'at its end' : `at ${Math.round(100 * share)} % of its time`;
}
