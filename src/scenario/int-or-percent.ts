/**
 * Kubernetes' IntOrString fields, which hold a count (`5`) or a share (`25%`).
 */
import type { IntOrPercent } from './scenario.ts';

const INT32_MAX = 2_147_483_647;

/** The value as the API server would take it (a whole number ≥ 0, or digits and `%`); null when it would refuse. */
export function parseIntOrPercent(value: unknown): IntOrPercent | null {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value <= INT32_MAX ? value : null;
  if (typeof value === 'string') return /^\d{1,9}%$/u.test(value) ? value : null;
  return null;
}

/** The percentage of a share such as `25%`; null for a count. */
export function percentOf(value: IntOrPercent): number | null {
  return typeof value === 'string' ? Number(value.slice(0, -1)) : null;
}

/** The count that a value stands for out of `total`, a share being rounded up or down. */
export function resolveIntOrPercent(value: IntOrPercent, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const exact = (Number(value.slice(0, -1)) * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
