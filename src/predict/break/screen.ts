/**
 * A first look at a schedule with a fraction of the requests, where many would have to be followed: whether it may come
 * near to breaking anything. Only what does not is put aside by it; everything else is judged with all requests.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOf } from '../expectations.ts';
import type { RunSummary } from '../run-summary.ts';
import { mean } from '../statistics.ts';
import { thinned, type Thinned } from '../thinned.ts';
import { FAULT_KINDS, type FaultKind } from './budget.ts';
import { misses, type Goal } from './goals.ts';
import type { Schedule } from './schedule.ts';

/** Failures of a fraction scatter, and so do those of two seeds: two fifths of the bound are near enough. */
const NEAR_FAILURES = 0.4;
/** A quantile hardly depends on how many requests there are. */
const NEAR_LATENCY = 0.8;
/** From so many requests on that a run without faults follows, most of its time goes to them. */
const FOLLOWED_MIN = 50_000;
/** A bound of fewer failures in the fraction would be a matter of chance. */
const TELLING_FAILURES = 100;

const takesNodeDown = ({ action }: Schedule[number]): boolean => action.kind === 'node-down';

/**
 * The faults that make a schedule worth a first look at fewer requests: a node that goes down makes every one be
 * followed. The others are where runs are dear even without faults, and the fraction has enough failures to tell.
 * @param runs without faults, at least one
 */
export function screenedKinds(
  scenario: Scenario,
  goals: readonly Goal[],
  runs: readonly RunSummary[],
): readonly FaultKind[] {
  const fewer = thinned(scenario);
  if (fewer === null) return [];
  const followed = mean(runs.map(({ accuracy, totals }) => accuracy.exactShare * totals.offered));
  const offered = Math.min(...runs.map(({ totals }) => totals.offered));
  if (followed >= FOLLOWED_MIN && goals.every((goal) => canTell(goal, offered, fewer.factor)))
    return FAULT_KINDS;
  return scenario.faults.some(takesNodeDown) ? [] : ['node-down'];
}

function canTell({ expectation, beyond }: Goal, offered: number, factor: number): boolean {
  switch (expectation.name) {
    case 'failedRequests':
      return (beyond ?? expectation.max) >= TELLING_FAILURES * factor;
    case 'failedShare':
      return (beyond ?? expectation.max) * offered >= TELLING_FAILURES * factor;
    // Which waits there are is a matter of the pools, and those are not what they were.
    case 'latency':
      return false;
    case 'podsMax':
    case 'readyMin':
    case 'rolloutWithin':
      return true;
  }
}

/**
 * The scenario with fewer requests for the first look at a schedule; null where it gets none.
 * @param kinds those of `screenedKinds`
 */
export function screenFor(
  scenario: Scenario,
  schedule: Schedule,
  kinds: readonly FaultKind[],
): Thinned | null {
  if (!schedule.some(({ action }) => kinds.includes(action.kind))) return null;
  // Nothing is skipped anyway once a node goes down, and connections that hang may run out.
  const everyRequest = schedule.some(takesNodeDown) || scenario.faults.some(takesNodeDown);
  return thinned(scenario, everyRequest ? 'utilisation' : 'waiting');
}

/** @param run with one request of so many as `factor` says */
export function comesNear(goal: Goal, run: RunSummary, factor: number): boolean {
  const { expectation, beyond } = goal;
  const value = checkOf(expectation).valueOf(run);
  switch (expectation.name) {
    case 'failedRequests':
      return value > failuresFar(beyond ?? expectation.max, factor);
    case 'failedShare':
      return run.totals.failed > 0 && value > NEAR_FAILURES * (beyond ?? expectation.max);
    case 'latency':
      return value > NEAR_LATENCY * (beyond ?? expectation.maxMs);
    // Pods do not know how many requests there are.
    case 'podsMax':
    case 'readyMin':
    case 'rolloutWithin':
      return misses(goal, run);
  }
}

/** After how many failures of the fraction a schedule comes near, whatever else happens; null: only the whole run tells. */
export function failuresThatComeNear(goals: readonly Goal[], factor: number): number | null {
  const far = goals.flatMap(({ expectation, beyond }) =>
    expectation.name === 'failedRequests' ? [failuresFar(beyond ?? expectation.max, factor)] : [],
  );
  return far.length === 0 ? null : Math.min(...far);
}

/** Failures of the fraction that come nowhere near a bound. */
function failuresFar(bound: number, factor: number): number {
  return (NEAR_FAILURES * bound) / factor;
}
