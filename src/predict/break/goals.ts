/** What a schedule is to break: the expectations that hold without it, and of those that do not hold, far worse ones. */
import type { Expectation } from '../../scenario/scenario.ts';
import { checkOf, MET_SHARE_MIN } from '../expectations.ts';
import type { RunSummary } from '../run-summary.ts';

export interface Goal {
  readonly expectation: Expectation;
  /**
   * null: the expectation holds without faults, and a run misses it as usual. A number: it is missed already, and a run
   * counts only when its figure lies beyond this bound.
   */
  readonly beyond: number | null;
  /** For each seed whether a miss counts: not where the run without faults misses as well. */
  readonly counts: readonly boolean[];
}

/** A figure that is missed already has to become this many times worse than the worst run without faults. */
export const WORSE_FACTOR = 2;

/**
 * @param runs without faults, at least one
 * @param judged the first so many of them are those that schedules are tried with
 */
export function goalsOf(
  expectations: readonly Expectation[],
  runs: readonly RunSummary[],
  judged: number,
): readonly Goal[] {
  return expectations.map((expectation) => {
    const { holds, valueOf } = checkOf(expectation);
    const judgedRuns = runs.slice(0, judged);
    if (runs.filter(holds).length >= MET_SHARE_MIN * runs.length)
      return { expectation, beyond: null, counts: judgedRuns.map(holds) };
    const values = runs.map(valueOf);
    const beyond =
      expectation.name === 'readyMin'
        ? Math.min(...values) / WORSE_FACTOR
        : Math.max(...values) * WORSE_FACTOR;
    return { expectation, beyond, counts: judgedRuns.map(() => true) };
  });
}

/** Whether a run under faults misses the goal's expectation, or lies beyond its bound. */
export function misses({ expectation, beyond }: Goal, run: RunSummary): boolean {
  const { holds, valueOf } = checkOf(expectation);
  if (beyond === null) return !holds(run);
  return expectation.name === 'readyMin' ? valueOf(run) < beyond : valueOf(run) > beyond;
}
