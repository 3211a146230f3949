/** A measured record in the form that a prediction's runs have, with what is to be known about how it was measured. */
import { busyMachine } from '../busy-machine.ts';
import { summarizeRun, type RunSummary } from '../predict/run-summary.ts';
import type { RunRecord } from '../record.ts';
import type { ReplayFacts } from '../verification.ts';

export interface MeasuredRun {
  readonly facts: ReplayFacts;
  readonly summary: RunSummary;
}

/** Whether a record is held against a prediction; one without a word on its measurement is taken as it is. */
export function counts({ measurement }: RunRecord): boolean {
  return measurement === undefined || (measurement.invalidBecause.length === 0 && !measurement.partial);
}

export function measuredRun(record: RunRecord): MeasuredRun {
  const {
    invalidBecause = [],
    partial = false,
    achievedRateShare = 1,
    lagP99Ms = 0,
  } = record.measurement ?? {};
  return {
    facts: {
      valid: counts(record),
      invalidBecause,
      partial,
      achievedRateShare,
      lagP99Ms,
      busyMachine: busyMachine(record.measurement),
      offered: record.totals.offered,
      failed: record.totals.failed,
      profile: record.profile,
    },
    summary: summarizeRun(record),
  };
}
