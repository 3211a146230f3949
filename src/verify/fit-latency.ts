/** Measured latencies → the distribution that a profile holds for them. */
import type { DistributionSpec } from '../kernel/distribution.ts';
import { normalCdf } from './normal-cdf.ts';

/** z with P(Z ≤ z) = 0.99, by which a log-normal's 99th percentile lies above its median. */
const Z_99 = 2.326_347_874;
/** Fewer say too little about a tail. */
export const SAMPLES_MIN = 8;
/** A law that lies further from the samples than this is none of theirs: they then stand for themselves. */
const DISTANCE_MAX = 0.25;
/** Clocks and API timestamps do not resolve less. */
const RESOLUTION_MS = 0.1;

export interface FittedLatency {
  readonly spec: DistributionSpec;
  readonly samples: number;
  /** Kolmogorov's distance between the samples and the fit, in [0, 1]. */
  readonly distance: number;
}

/**
 * The log-normal or uniform law that lies nearer to the samples, by Kolmogorov's distance; the samples themselves when
 * both are far off; a constant when they do not differ by more than can be measured.
 * @param samplesMs at least `SAMPLES_MIN`; negative ones, which a clock's error makes of short ones, count as zero
 * @throws RangeError when there are fewer
 */
export function fitLatency(samplesMs: readonly number[]): FittedLatency {
  if (samplesMs.length < SAMPLES_MIN)
    throw new RangeError(`${samplesMs.length} samples are too few: ${SAMPLES_MIN} are needed`);
  const sorted = samplesMs.map((value) => Math.max(0, value)).sort((a, b) => a - b);
  const [smallest, largest] = [sorted[0] as number, sorted.at(-1) as number];
  const samples = sorted.length;
  if (largest - smallest <= RESOLUTION_MS)
    return { spec: { kind: 'constant', value: rounded((smallest + largest) / 2) }, samples, distance: 0 };
  const fits = [fitLognormal(sorted), fitUniform(sorted)].map(({ spec, cdf }) => ({
    spec,
    samples,
    distance: kolmogorovDistance(sorted, cdf),
  }));
  const best = fits.reduce((nearest, fit) => (fit.distance < nearest.distance ? fit : nearest));
  if (best.distance <= DISTANCE_MAX) return best;
  return { spec: { kind: 'empirical', values: sorted.map(rounded) }, samples, distance: 0 };
}

interface Fit {
  readonly spec: DistributionSpec;
  readonly cdf: (value: number) => number;
}

/** By the mean and the deviation of the logarithms, which are its maximum likelihood. */
function fitLognormal(sorted: readonly number[]): Fit {
  const logs = sorted.map((value) => Math.log(Math.max(value, RESOLUTION_MS)));
  const mu = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mu) * (log - mu), 0) / (logs.length - 1);
  const sigma = Math.sqrt(variance);
  return {
    spec: { kind: 'lognormal', p50: rounded(Math.exp(mu)), p99: rounded(Math.exp(mu + Z_99 * sigma)) },
    cdf: (value) => (value <= 0 ? 0 : normalCdf((Math.log(value) - mu) / sigma)),
  };
}

/** Its unbiased ends: the extremes, moved outwards by the mean gap between neighbours. */
function fitUniform(sorted: readonly number[]): Fit {
  const [smallest, largest] = [sorted[0] as number, sorted.at(-1) as number];
  const gap = (largest - smallest) / (sorted.length - 1);
  const min = Math.max(0, smallest - gap);
  const max = largest + gap;
  return {
    spec: { kind: 'uniform', min: rounded(min), max: rounded(max) },
    cdf: (value) => Math.min(1, Math.max(0, (value - min) / (max - min))),
  };
}

function kolmogorovDistance(sorted: readonly number[], cdf: (value: number) => number): number {
  return sorted.reduce((largest, value, index) => {
    const at = cdf(value);
    return Math.max(largest, at - index / sorted.length, (index + 1) / sorted.length - at);
  }, 0);
}

/** Three digits say all that a few dozen samples can. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
