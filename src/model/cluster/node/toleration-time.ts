/** How long a pod stays on a node that is tainted with NoExecute (R-NOD-6, R-NOD-7). Pure functions. */

export interface TimedToleration {
  /** null: for ever. */
  readonly seconds: number | null;
}

/** What admission gives every pod for `not-ready` and `unreachable`. */
export const DEFAULT_TOLERATION_SECONDS = 300;

/** The shortest of the times; -1: for ever; no toleration at all: 0. */
export function minTolerationSeconds(tolerations: readonly TimedToleration[]): number {
  if (tolerations.length === 0) return 0;
  const limits = tolerations.flatMap(({ seconds }) => (seconds === null ? [] : [Math.max(0, seconds)]));
  return limits.length === 0 ? -1 : Math.min(...limits);
}

/**
 * After how many seconds a pod is deleted; null: it stays.
 * @param tolerationsOf for each taint the tolerations that match it; none: it is not tolerated
 */
export function evictAfterSeconds(tolerationsOf: readonly (readonly TimedToleration[])[]): number | null {
  if (tolerationsOf.length === 0) return null;
  if (tolerationsOf.some((tolerations) => tolerations.length === 0)) return 0;
  const seconds = minTolerationSeconds(tolerationsOf.flatMap((tolerations) => tolerations.slice(0, 1)));
  return seconds < 0 ? null : seconds;
}

/**
 * The same after taints or tolerations have changed. A timer that runs is neither extended nor shortened; what is no longer
 * tolerated goes at once, and what need not go any more stays.
 * @param runningSeconds after how many seconds it was to be deleted; null: no timer runs
 */
export function evictionAfterChange(
  runningSeconds: number | null,
  tolerationsOf: readonly (readonly TimedToleration[])[],
): number | null {
  const seconds = evictAfterSeconds(tolerationsOf);
  return seconds === null || seconds === 0 ? seconds : (runningSeconds ?? seconds);
}
