/**
 * How far a rolling update may go above and below its replica count: maxSurge and maxUnavailable resolved
 * against the count (R-DEP-1, R-DEP-2).
 */
import type { Deployment, IntOrPercent } from '../../../scenario/scenario.ts';

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** What the bounds of a rollout depend on. */
export interface RolloutBounds {
  readonly replicas: number;
  readonly strategy: Deployment['strategy'];
}

export interface Fenceposts {
  readonly surge: number;
  readonly unavailable: number;
}

/** A text as Kubernetes' IntOrString reads it: a number when it is one and fits 32 bits, else the text itself. */
export function parseIntOrString(text: string): number | string {
  const value = parseInteger(text);
  return value !== null && value >= INT32_MIN && value <= INT32_MAX ? Number(value) : text;
}

/** The number and whether it is a share of a hundred; null when the value is neither a number nor a percentage. */
export function readIntOrPercent(value: IntOrPercent): Amount | null {
  if (typeof value === 'number') return { value, isPercent: false };
  let read = percentages.get(value);
  if (read === undefined) {
    read = readPercent(value);
    if (percentages.size < PERCENTAGES_MAX) percentages.set(value, read);
  }
  return read;
}

interface Amount {
  readonly value: number;
  readonly isPercent: boolean;
}

/** Every sync reads the same few texts again. */
const percentages = new Map<string, Amount | null>();
const PERCENTAGES_MAX = 1000;

function readPercent(value: string): Amount | null {
  if (!value.endsWith('%')) return null;
  const percent = parseInteger(value.slice(0, -1));
  return percent === null ? null : { value: Number(percent), isPercent: true };
}

/** The count that a value stands for out of `total`; null for a missing or an unreadable value. */
export function scaleIntOrPercent(
  value: IntOrPercent | null,
  total: number,
  rounding: 'up' | 'down',
): number | null {
  const read = value === null ? null : readIntOrPercent(value);
  if (read === null) return null;
  if (!read.isPercent) return read.value;
  const exact = (read.value * total) / 100;
  // Adding zero turns a negative zero, which no count is, into zero.
  return (rounding === 'up' ? Math.ceil(exact) : Math.floor(exact)) + 0;
}

/** R-DEP-2; a missing value counts as 0. Null when one of them cannot be read. */
export function resolveFenceposts(
  maxSurge: IntOrPercent | null,
  maxUnavailable: IntOrPercent | null,
  replicas: number,
): Fenceposts | null {
  const surge = scaleIntOrPercent(maxSurge ?? 0, replicas, 'up');
  const unavailable = scaleIntOrPercent(maxUnavailable ?? 0, replicas, 'down');
  if (surge === null || unavailable === null) return null;
  // Two zeros would let nothing move: one pod may then go before its successor comes.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods that may exist beyond the replica count; 0 for Recreate. */
export function maxSurge(bounds: RolloutBounds): number {
  const { strategy } = bounds;
  if (strategy.type !== 'RollingUpdate') return 0;
  return resolveFenceposts(strategy.maxSurge, strategy.maxUnavailable, bounds.replicas)?.surge ?? 0;
}

/** Pods that may be missing from the replica count, never more than there are; 0 for Recreate. */
export function maxUnavailable(bounds: RolloutBounds): number {
  const { strategy, replicas } = bounds;
  if (strategy.type !== 'RollingUpdate' || replicas === 0) return 0;
  const fenceposts = resolveFenceposts(strategy.maxSurge, strategy.maxUnavailable, replicas);
  return Math.min(fenceposts?.unavailable ?? 0, replicas);
}

/** Pods that a rolling update keeps available; 0 for Recreate. */
export function minAvailable(bounds: RolloutBounds): number {
  return bounds.strategy.type === 'RollingUpdate' ? bounds.replicas - maxUnavailable(bounds) : 0;
}

/** A signed decimal integer of at most 64 bits, as Go reads it; null otherwise. */
function parseInteger(text: string): bigint | null {
  const match = /^([+-]?)(\d+)$/u.exec(text);
  if (match === null) return null;
  const magnitude = BigInt(match[2] as string);
  const value = match[1] === '-' ? -magnitude : magnitude;
  return value >= INT64_MIN && value <= INT64_MAX ? value : null;
}
