/**
 * A first look at a schedule with a fraction of the requests, where every request would have to be followed: whether it
 * may come near to breaking anything. Only what does not is put aside by it; everything else is judged with all requests.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOf } from '../expectations.ts';
import type { RunSummary } from '../run-summary.ts';
import { misses, type Goal } from './goals.ts';
import type { Schedule } from './schedule.ts';

/** Failures of a fraction are few and scatter: half of the bound is near enough. */
const NEAR_FAILURES = 0.5;
/** A quantile hardly depends on how many requests there are. */
const NEAR_LATENCY = 0.8;

const takesNodeDown = ({ action }: Schedule[number]): boolean => action.kind === 'node-down';

/** Whether the runs of a schedule follow every request of a scenario that is otherwise mostly spared it. */
export function isWorthScreening({ faults }: Scenario, schedule: Schedule): boolean {
  return schedule.some(takesNodeDown) && !faults.some(takesNodeDown);
}

/** @param run with one request of so many as `factor` says */
export function comesNear(goal: Goal, run: RunSummary, factor: number): boolean {
  const { expectation, beyond } = goal;
  const { valueOf } = checkOf(expectation);
  switch (expectation.name) {
    case 'failedRequests': {
      const failed = factor * valueOf(run);
      return failed > 0 && failed > NEAR_FAILURES * (beyond ?? expectation.max);
    }
    case 'failedShare':
      return run.totals.failed > 0 && valueOf(run) > NEAR_FAILURES * (beyond ?? expectation.max);
    case 'latency':
      return valueOf(run) > NEAR_LATENCY * (beyond ?? expectation.maxMs);
    // Pods do not know how many requests there are.
    case 'podsMax':
    case 'readyMin':
    case 'rolloutWithin':
      return misses(goal, run);
  }
}
