/** An interval for a share of runs, from how many of them did it: honest for few runs and near 0 and 1. */

export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % and 99 % of the standard normal distribution. */
export const Z_95 = 1.959_963_985;
export const Z_99 = 2.575_829_304;

/**
 * Wilson's score interval of 1927.
 * @param hits from 0 to `runs`
 * @param runs at least 1
 * @param z quantile of the normal distribution that the confidence stands for
 */
export function wilsonInterval(hits: number, runs: number, z: number = Z_95): ShareInterval {
  if (!(runs >= 1) || !(hits >= 0 && hits <= runs))
    throw new RangeError(`${hits} of ${runs} runs make no share`);
  const share = hits / runs;
  const scale = 1 + (z * z) / runs;
  const centre = (share + (z * z) / (2 * runs)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs));
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === runs ? 1 : Math.min(1, centre + half),
  };
}
