/** What a prediction does when nothing else is asked for. */

export const RUNS_DEFAULT = 20;
export const SEED_DEFAULT = 1;

const FIX_RUNS_SHARE = 0.5;
const FIX_RUNS_MAX = 100;

/**
 * How many of the seeds a fix is tried on, from the first on: paired with them, it needs fewer to show what it does. A
 * hundred place the ends of its interval well enough.
 */
export function fixRunsOf(runs: number): number {
  return Math.min(FIX_RUNS_MAX, Math.ceil(runs * FIX_RUNS_SHARE));
}
