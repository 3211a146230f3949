/**
 * Differences between the engines that are real, understood and too small to matter: the report lists them with their
 * bound, and MODEL.md says why they are there. Beyond the bound they fail like any other.
 */
export interface KnownDeviation {
  /** The case. */
  readonly name: string;
  readonly figures: readonly string[];
  /** Largest difference of the means, relative to the exact engine's. */
  readonly bound: number;
  readonly why: string;
}

export const knownDeviations: readonly KnownDeviation[] = [];
