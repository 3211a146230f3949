/**
 * Distributions of durations and delays. A spec is plain data (it crosses worker threads and lives in
 * profiles); `compileDistribution` turns it into a sampler. Units are those of the spec's numbers.
 */
import type { RandomStream } from './random.ts';
import { normalQuantile } from './normal.ts';

export type DistributionSpec =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** Log-normal through two quantiles: the median and the 99th percentile. */
  | { readonly kind: 'lognormal'; readonly p50: number; readonly p99: number }
  /** Gamma by its mean and coefficient of variation (standard deviation ÷ mean). */
  | { readonly kind: 'gamma'; readonly mean: number; readonly cv: number }
  /** Equally likely observed values. */
  | { readonly kind: 'empirical'; readonly values: readonly number[] };

export interface Distribution {
  readonly mean: number;
  readonly variance: number;
  sample(random: RandomStream): number;
  /** Fills `values` with what as many calls of `sample` would give, where that is quicker. */
  fill?(random: RandomStream, values: Float64Array): void;
}

const Z99 = normalQuantile(0.99);

/** Shape parameters of the log-normal through a median and a 99th percentile. */
export function lognormalParameters(p50: number, p99: number): { mu: number; sigma: number } {
  return { mu: Math.log(p50), sigma: Math.log(p99 / p50) / Z99 };
}

/** @throws RangeError when the numbers describe no distribution (the scenario's schema refuses them first) */
export function compileDistribution(spec: DistributionSpec): Distribution {
  switch (spec.kind) {
    case 'constant':
      return { mean: spec.value, variance: 0, sample: () => spec.value };
    case 'uniform': {
      const width = spec.max - spec.min;
      if (!(width >= 0)) throw new RangeError(`uniform: max ${spec.max} is below min ${spec.min}`);
      return {
        mean: spec.min + width / 2,
        variance: width ** 2 / 12,
        sample: (random) => spec.min + width * random.unit(),
      };
    }
    case 'exponential':
      return {
        mean: spec.mean,
        variance: spec.mean ** 2,
        sample: (random) => spec.mean * random.exponential(),
        fill: (random, values) => {
          for (let i = 0; i < values.length; i++) values[i] = random.unit();
          for (let i = 0; i < values.length; i++) values[i] = spec.mean * -Math.log(values[i] as number);
        },
      };
    case 'lognormal':
      return compileLognormal(spec.p50, spec.p99);
    case 'gamma':
      return compileGamma(spec.mean, spec.cv);
    case 'empirical':
      return compileEmpirical(spec.values);
  }
}

function compileLognormal(p50: number, p99: number): Distribution {
  if (!(p50 > 0 && p99 >= p50)) throw new RangeError(`lognormal: needs 0 < p50 ≤ p99, has ${p50} and ${p99}`);
  const { mu, sigma } = lognormalParameters(p50, p99);
  const mean = Math.exp(mu + sigma ** 2 / 2);
  return {
    mean,
    variance: (Math.exp(sigma ** 2) - 1) * mean ** 2,
    sample: (random) => Math.exp(mu + sigma * random.normal()),
    fill: (random, values) => {
      random.fillNormal(values);
      for (let i = 0; i < values.length; i++) values[i] = Math.exp(mu + sigma * (values[i] as number));
    },
  };
}

/** Marsaglia and Tsang (2000); shapes below 1 by the power of a uniform. */
function compileGamma(mean: number, cv: number): Distribution {
  if (!(mean > 0 && cv > 0))
    throw new RangeError(`gamma: mean and cv must be positive, are ${mean} and ${cv}`);
  const shape = 1 / cv ** 2;
  const scale = mean / shape;
  const boosted = shape < 1 ? shape + 1 : shape;
  const d = boosted - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const standard = (random: RandomStream): number => {
    for (;;) {
      const x = random.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(random.unit53()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    mean,
    variance: (mean * cv) ** 2,
    sample: (random) =>
      scale * (shape < 1 ? standard(random) * Math.exp(Math.log(random.unit53()) / shape) : standard(random)),
  };
}

function compileEmpirical(values: readonly number[]): Distribution {
  if (values.length === 0) throw new RangeError('empirical: needs at least one value');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean,
    variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
    sample: (random) => values[random.below(values.length)] as number,
  };
}

/** The same distribution with every value multiplied by `factor`. */
export function scaleDistribution(spec: DistributionSpec, factor: number): DistributionSpec {
  switch (spec.kind) {
    case 'constant':
      return { ...spec, value: spec.value * factor };
    case 'uniform':
      return { ...spec, min: spec.min * factor, max: spec.max * factor };
    case 'exponential':
      return { ...spec, mean: spec.mean * factor };
    case 'lognormal':
      return { ...spec, p50: spec.p50 * factor, p99: spec.p99 * factor };
    case 'gamma':
      return { ...spec, mean: spec.mean * factor };
    case 'empirical':
      return { ...spec, values: spec.values.map((value) => value * factor) };
  }
}
