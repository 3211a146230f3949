/**
 * Quantiles of Student's t far out in its tails, where few runs make a shift much harder to see than the normal
 * distribution says. Source: G. W. Hill, Algorithm 396, Communications of the ACM 13 (1970).
 */
import { normalQuantile } from '../../src/kernel/normal.ts';

/**
 * t with P(T ≤ t) = p.
 * @param degrees of freedom, from 3 on
 * @param p in (0.5, 1)
 */
export function studentQuantile(degrees: number, p: number): number {
  const bothTails = 2 * (1 - p);
  const a = 1 / (degrees - 0.5);
  const b = 48 / (a * a);
  let c = (((20_700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * degrees;
  const root = Math.exp((2 / degrees) * Math.log(d * bothTails));
  if (root <= 0.05 + a) return Math.sqrt(degrees * farOut(degrees, d, root));
  const x = normalQuantile(bothTails / 2);
  if (degrees < 5) c += 0.3 * (degrees - 4.5) * (x + 0.6);
  c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
  const squared = x * x;
  let y = (((((0.4 * squared + 6.3) * squared + 36) * squared + 94.5) / c - squared - 3) / b + 1) * x;
  y = a * y * y;
  return Math.sqrt(degrees * (y > 0.002 ? Math.exp(y) - 1 : 0.5 * y * y + y));
}

function farOut(degrees: number, d: number, root: number): number {
  const inner = 1 / (((degrees + 6) / (degrees * root) - 0.089 * d - 0.822) * (degrees + 2) * 3);
  return ((inner + 0.5 / (degrees + 4)) * root - 1) * ((degrees + 1) / (degrees + 2)) + 1 / root;
}
