/** What a tuning and a sweep do when nothing else is asked for. Apart, so that `--help` need not load the simulator. */

/** Of all configurations together. */
export const TUNE_RUNS_MAX = 1000;
/** Of each point of a grid. */
export const SWEEP_RUNS_DEFAULT = 10;
export const POINTS_MAX_DEFAULT = 400;
