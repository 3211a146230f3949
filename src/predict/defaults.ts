/** What a prediction does when nothing else is asked for. */

export const RUNS_DEFAULT = 20;
export const SEED_DEFAULT = 1;

/** A fix is tried on this share of the seeds, from the first on: paired with them, it needs fewer to show what it does. */
export const FIX_RUNS_SHARE = 0.5;
