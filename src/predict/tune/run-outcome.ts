/** A run's figures → what a search compares. */
import type { Expectation, Scenario } from '../../scenario/scenario.ts';
import { checkOf } from '../expectations.ts';
import type { RunSummary } from '../run-summary.ts';
import { subjectOf } from '../subject.ts';
import type { RunOutcome } from './candidate.ts';

/** Where a scenario expects nothing, what everyone hopes for. */
export function expectationsOf({ expect, source: { file } }: Scenario): readonly Expectation[] {
  if (expect.length > 0) return expect;
  return [{ name: 'failedRequests', max: 0, location: { file, line: 1, column: 1 } }];
}

/** Pods that the Deployment behind the called Service is to run once everything has settled. */
export function standingPods(scenario: Scenario): number {
  const scaled = scenario.changes.flatMap(({ action }) => (action.kind === 'scale' ? [action.replicas] : []));
  return scaled.at(-1) ?? subjectOf(scenario)?.deployment.replicas ?? 0;
}

export function runOutcome(
  run: RunSummary,
  expectations: readonly Expectation[],
  standing: number,
): RunOutcome {
  const { totals, rollout, pods, seconds } = run;
  // A second in which a pod came or went counts it whole.
  const extraSeconds = seconds.pods.reduce((sum, count) => sum + Math.max(0, count - standing), 0);
  const unmet = expectations.filter((expectation) => !checkOf(expectation).holds(run)).length;
  return {
    met: unmet === 0,
    unmet,
    failed: totals.failed,
    offered: totals.offered,
    durationMs: durationMs(run),
    peakPods: pods.peakWithTerminating,
    standingPods: standing,
    extraPodMs: 1000 * extraSeconds,
  };

  function durationMs({ endMs }: RunSummary): number {
    if (rollout.outcome === 'none') return 0;
    return rollout.completeMs ?? endMs;
  }
}
