/** What a prediction does when nothing else is asked for. */

export const RUNS_DEFAULT = 20;
export const SEED_DEFAULT = 1;
