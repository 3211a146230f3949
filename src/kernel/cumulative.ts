/** Distribution functions: the share of values up to a given one, for the same specs that `distribution.ts` samples. */
import { lognormalParameters, type DistributionSpec } from './distribution.ts';
import { normalProbability } from './normal.ts';

/** P(X ≤ x), as a function of x. */
export type Cumulative = (x: number) => number;

export function cumulativeOf(spec: DistributionSpec): Cumulative {
  switch (spec.kind) {
    case 'constant':
      return (x) => (x >= spec.value ? 1 : 0);
    case 'uniform': {
      const width = spec.max - spec.min;
      if (width === 0) return (x) => (x >= spec.min ? 1 : 0);
      return (x) => Math.min(1, Math.max(0, (x - spec.min) / width));
    }
    case 'exponential':
      return (x) => (x <= 0 ? 0 : 1 - Math.exp(-x / spec.mean));
    case 'lognormal': {
      const { mu, sigma } = lognormalParameters(spec.p50, spec.p99);
      if (sigma === 0) return (x) => (x >= spec.p50 ? 1 : 0);
      return (x) => (x <= 0 ? 0 : normalProbability((Math.log(x) - mu) / sigma));
    }
    case 'gamma': {
      const shape = 1 / (spec.cv * spec.cv);
      const scale = spec.mean / shape;
      return (x) => (x <= 0 ? 0 : incompleteGamma(shape, x / scale));
    }
    case 'empirical': {
      const sorted = Float64Array.from(spec.values).toSorted();
      return (x) => countUpTo(sorted, x) / sorted.length;
    }
  }
}

function countUpTo(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lanczos's approximation (1964), g = 5, relative error below 2e-10. */
function logGamma(a: number): number {
  const coefficients = [
    76.1800917294715, -86.5053203294168, 24.0140982408309, -1.231739572450155, 0.001208650973866179,
    -0.000005395239384953,
  ];
  const base = a + 5.5 - (a + 0.5) * Math.log(a + 5.5);
  let sum = 1.00000000019;
  coefficients.forEach((coefficient, index) => {
    sum += coefficient / (a + 1 + index);
  });
  return Math.log((2.506628274631 * sum) / a) - base;
}

/** Regularised lower incomplete gamma function: its series below the mean, Lentz's continued fraction above. */
function incompleteGamma(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000 && term > sum * 1e-12; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * front;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1000; n++) {
    const an = n * (a - n);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-12) break;
  }
  return 1 - front * fraction;
}
