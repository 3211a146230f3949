/**
 * Draws durations from a scenario's distributions. The simulator has its own draws, from named streams; this server is
 * copied into an image alone, and needs no repeatable ones.
 */
import type { DistributionSpec } from '../../kernel/distribution.ts';

/** Of the standard normal distribution. */
const Z99 = 2.3263478740408408;

/** Uniform in (0, 1): never 0, whose logarithm is none. */
function unit(): number {
  return 1 - Math.random();
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * Math.random());
}

/** One value, in the unit of the distribution's numbers. */
export function draw(spec: DistributionSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.value;
    case 'uniform':
      return spec.min + (spec.max - spec.min) * Math.random();
    case 'exponential':
      return -spec.mean * Math.log(unit());
    case 'lognormal':
      return spec.p50 * Math.exp((Math.log(spec.p99 / spec.p50) / Z99) * normal());
    case 'gamma':
      return drawGamma(spec.mean, spec.cv);
    case 'empirical':
      return spec.values[Math.floor(Math.random() * spec.values.length)] ?? 0;
  }
}

/** Marsaglia and Tsang (2000); a shape below 1 is drawn one higher and brought down by the power of a uniform. */
function drawGamma(mean: number, cv: number): number {
  const shape = 1 / cv ** 2;
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0 || Math.log(unit()) >= 0.5 * x * x + d - d * v + d * Math.log(v)) continue;
    return (mean / shape) * d * v * (shape < 1 ? unit() ** (1 / shape) : 1);
  }
}
