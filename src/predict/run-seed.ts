/** The seed of each run of a prediction, so that any one of them can be repeated alone. */
import { RandomStreams } from '../kernel/random.ts';

/**
 * The first run has the prediction's own seed; the others are drawn from it. A run's seed does not depend on how many
 * runs there are, nor on the settings: what-ifs are paired run by run.
 * @param index from 0
 */
export function runSeed(seed: number, index: number): number {
  if (index === 0) return seed;
  return Math.floor(new RandomStreams(seed).stream('run', index).unit53() * 2 ** 53);
}

export function runSeeds(seed: number, runs: number): readonly number[] {
  return Array.from({ length: runs }, (_, index) => runSeed(seed, index));
}
