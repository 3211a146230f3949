/** The causes of failed requests over all runs, most costly first. */
import type { Summary } from '../prediction.ts';
import type { Cause } from '../record.ts';
import { causeKey, type RunSummary } from './run-summary.ts';
import { summarize } from './statistics.ts';

export interface CauseOverRuns extends Cause {
  /** Of all failed requests of all runs. */
  readonly share: number;
  readonly failed: Summary;
}

interface Group {
  readonly cause: Cause;
  readonly failedByRun: number[];
  total: number;
}

/**
 * Groups by rule and manifest lines, whichever line comes first: when two revisions of a Deployment stop pods for the
 * same reason, that is one cause. Ties keep the order in which runs met them, so the result is the same every time.
 */
export function groupCauses(runs: readonly RunSummary[]): readonly CauseOverRuns[] {
  const groups = new Map<string, Group>();
  for (const [index, run] of runs.entries()) {
    for (const { rule, where, failed } of run.causes) {
      const key = causeKey({ rule, where });
      let group = groups.get(key);
      if (group === undefined) {
        group = { cause: { rule, where }, failedByRun: runs.map(() => 0), total: 0 };
        groups.set(key, group);
      }
      group.failedByRun[index] = (group.failedByRun[index] ?? 0) + failed;
      group.total += failed;
    }
  }
  const everything = [...groups.values()].reduce((sum, { total }) => sum + total, 0);
  return [...groups.values()]
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total)
    .map(({ cause: { rule, where }, failedByRun, total }) => ({
      rule,
      where,
      share: total / everything,
      failed: summarize(failedByRun),
    }));
}
