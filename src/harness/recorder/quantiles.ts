/** Quantiles of measured values: the smallest value that at least the share does not exceed. */

/** @param sorted ascending. @returns null of nothing */
export function quantileOf(sorted: Float64Array | readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}
