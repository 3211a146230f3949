/** Whether pairs lean one way: says more than the mean where a few runs fail by the thousand and most by the ten. */

/**
 * Two-sided p-value of the exact sign test: how often a fair coin would be as one-sided.
 * @param lower pairs that went down, @param higher pairs that went up; ties do not count
 */
export function signTest(lower: number, higher: number): number {
  const pairs = lower + higher;
  if (pairs === 0) return 1;
  const fewer = Math.min(lower, higher);
  let tail = 0;
  // log of the binomial coefficient, so that no power of two over- or underflows.
  let logChoose = 0;
  for (let count = 0; count <= fewer; count++) {
    tail += Math.exp(logChoose - pairs * Math.LN2);
    logChoose += Math.log((pairs - count) / (count + 1));
  }
  return Math.min(1, 2 * tail);
}
