/** Replays and predicted runs with chosen figures, for tests. */
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import type { ReplayFacts } from '../../../src/verification.ts';
import type { MeasuredRun } from '../../../src/verify/measured-run.ts';

export function replayOf(summary: RunSummary, facts: Partial<ReplayFacts> = {}): MeasuredRun {
  const invalid = (facts.invalidBecause ?? []).length > 0 || facts.partial === true;
  return {
    summary,
    facts: {
      valid: !invalid,
      invalidBecause: [],
      partial: false,
      achievedRateShare: 0.998,
      lagP99Ms: 4.2,
      busyMachine: { seconds: 0, of: 60 },
      offered: summary.totals.offered,
      failed: summary.totals.failed,
      profile: 'kind',
      ...facts,
    },
  };
}

/** Predicted runs that differ by their cluster alone: each is repeated so often on it. */
export function clustersOf(runs: readonly RunSummary[], runsEach = 1): readonly (readonly RunSummary[])[] {
  return runs.map((run) => Array.from({ length: runsEach }, () => run));
}
