/** Random counts: how many of many independent things happen, without asking each of them. */
import type { RandomStream } from './random.ts';

/** From this variance on a rounded normal stands for the law: its distribution function is within 1 % of it everywhere. */
const NORMAL_VARIANCE_MIN = 64;

/** A Poisson count. @param mean not negative */
export function poisson(random: RandomStream, mean: number): number {
  if (!(mean > 0)) return 0;
  if (mean >= NORMAL_VARIANCE_MIN) return nearNormal(random, mean, mean, Number.MAX_SAFE_INTEGER);
  // Inversion by products of uniforms (Knuth), with one logarithm less for each event.
  const floor = Math.exp(-mean);
  let count = 0;
  let product = random.unit();
  while (product > floor) {
    count++;
    product *= random.unit();
  }
  return count;
}

/** A binomial count: how many of `trials` succeed, each with `probability`. */
export function binomial(random: RandomStream, trials: number, probability: number): number {
  if (trials <= 0 || !(probability > 0)) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - binomial(random, trials, 1 - probability);
  const mean = trials * probability;
  const variance = mean * (1 - probability);
  if (variance >= NORMAL_VARIANCE_MIN) return nearNormal(random, mean, variance, trials);
  // Inversion over the gaps between successes: each is geometric.
  const logFailure = logOfFailure(probability);
  let count = 0;
  let position = 0;
  for (;;) {
    position += Math.floor(Math.log(random.unit()) / logFailure) + 1;
    if (position > trials) return count;
    count++;
  }
}

/** log(1 − p), with all digits where p is small; Math.log1p gives other last bits on other engines. */
export function logOfFailure(p: number): number {
  return p < 1e-6 ? -p - (p * p) / 2 : Math.log(1 - p);
}

function nearNormal(random: RandomStream, mean: number, variance: number, most: number): number {
  const drawn = Math.round(mean + Math.sqrt(variance) * random.normal());
  return Math.min(most, Math.max(0, drawn));
}
