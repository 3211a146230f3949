/**
 * Whether two engines give one figure alike, from runs with the same seeds. Equal seeds mean the same cluster, so that
 * the two values of a pair could as well change places if the engines were alike: both tests count how often random
 * changes of places give at least as large a difference (permutation tests, which hold their level for any distribution).
 */
import type { RandomStream } from '../../src/kernel/random.ts';

export interface Comparison {
  /** Mean difference and its standard error in the figure's own unit; `exactMean` is what it is relative to. */
  readonly exactMean: number;
  readonly difference: number;
  readonly standardError: number;
  /** Paired t statistic of what exceeds the tolerance; 0 when nothing does. */
  readonly z: number;
  /** Of a difference of the means beyond the tolerance. */
  readonly pMean: number;
  /** Of the largest distance between the distribution functions (Kolmogorov and Smirnov), within the tolerance. */
  readonly pDistribution: number;
}

/** Enough to tell p-values of 1e-5 from larger ones. */
const PERMUTATIONS_MAX = 400_000;
/** So many permutations at least as extreme settle that a p-value is not small (Besag and Clifford, 1991). */
const SETTLED_BY = 20;
/** A p-value beyond this raises no alarm, whatever the others are. */
const NOT_SMALL = 0.05;

/**
 * @param exact and
 * @param skipped one value for each seed, in the same order
 * @param tolerance difference that is allowed, in the figure's unit; 0 for none
 */
export function comparePairs(
  exact: readonly number[],
  skipped: readonly number[],
  tolerance: number,
  random: RandomStream,
): Comparison {
  const runs = exact.length;
  const differences = exact.map((value, index) => (skipped[index] as number) - value);
  const exactMean = mean(exact);
  const difference = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0) / (runs - 1);
  const standardError = Math.sqrt(variance / runs);
  if (differences.every((value) => value === 0)) {
    return { exactMean, difference: 0, standardError: 0, z: 0, pMean: 1, pDistribution: 1 };
  }
  return {
    exactMean,
    difference,
    standardError,
    z: (Math.sign(difference) * Math.max(0, Math.abs(difference) - tolerance)) / standardError || 0,
    pMean: meanTest(differences, tolerance, random),
    pDistribution: largestOver(shiftsWithin(tolerance, -difference), (shift) =>
      distributionTest(
        exact,
        skipped.map((value) => value + shift),
        random,
      ),
    ),
  };
}

/** Shifts that are allowed: none, the one that brings the means together best (counts are whole), and the borders. */
function shiftsWithin(tolerance: number, best: number): readonly number[] {
  if (tolerance === 0) return [0];
  const allowed = Math.max(-tolerance, Math.min(tolerance, best));
  return [0, allowed, Math.round(allowed), -tolerance, tolerance];
}

/** The largest p-value over the shifts that are allowed, or the first that is not small: it could only grow. */
function largestOver(shifts: readonly number[], pOf: (shift: number) => number): number {
  let largest = 0;
  for (const shift of shifts) {
    largest = Math.max(largest, pOf(shift));
    if (largest > NOT_SMALL) break;
  }
  return largest;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two-sided p-value of |mean| > margin, by random signs. */
function meanTest(differences: readonly number[], margin: number, random: RandomStream): number {
  const observed = mean(differences);
  if (Math.abs(observed) <= margin) return 1;
  const beyond = differences.map((value) => value - Math.sign(observed) * margin);
  const total = Math.abs(beyond.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12);
  const signs = new Int8Array(beyond.length);
  return permutationP(() => {
    drawSigns(signs, random);
    let sum = 0;
    for (let i = 0; i < beyond.length; i++) sum += (signs[i] as number) * (beyond[i] as number);
    return Math.abs(sum) >= total;
  });
}

function distributionTest(
  exact: readonly number[],
  skipped: readonly number[],
  random: RandomStream,
): number {
  const runs = exact.length;
  const pooled = [...exact, ...skipped]
    .map((value, position) => ({ value, pair: position % runs, side: position < runs ? 1 : -1 }))
    .sort((a, b) => a.value - b.value);
  const pairs = Int32Array.from(pooled, ({ pair }) => pair);
  const sides = Int8Array.from(pooled, ({ side }) => side);
  const last = Uint8Array.from(pooled, ({ value }, index) => (pooled[index + 1]?.value === value ? 0 : 1));
  const signs = new Int8Array(runs).fill(1);
  const distance = (): number => {
    let at = 0;
    let largest = 0;
    for (let index = 0; index < pairs.length; index++) {
      at += (signs[pairs[index] as number] as number) * (sides[index] as number);
      if (last[index] === 1 && Math.abs(at) > largest) largest = Math.abs(at);
    }
    return largest;
  };
  const observed = distance();
  return permutationP(() => {
    drawSigns(signs, random);
    return distance() >= observed;
  });
}

const BITS = 32;

function drawSigns(signs: Int8Array, random: RandomStream): void {
  let bits = 0;
  for (let i = 0; i < signs.length; i++) {
    if (i % BITS === 0) bits = random.uint32();
    signs[i] = (bits & 1) === 0 ? 1 : -1;
    bits >>>= 1;
  }
}

function permutationP(isAsExtreme: () => boolean): number {
  let extreme = 0;
  for (let tried = 1; tried <= PERMUTATIONS_MAX; tried++) {
    if (isAsExtreme() && ++extreme === SETTLED_BY) return extreme / tried;
  }
  return (extreme + 1) / (PERMUTATIONS_MAX + 1);
}
