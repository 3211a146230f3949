/** What the probes measured: milliseconds for each latency of a profile. */
import type { LatencyName } from '../../scenario/profile.ts';

export type Samples = Partial<Record<LatencyName, number[]>>;

export function addSample(samples: Samples, latency: LatencyName, durationMs: number): void {
  (samples[latency] ??= []).push(Math.max(0, durationMs));
}

/** 0 for none. */
export function medianOf(values: readonly number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
