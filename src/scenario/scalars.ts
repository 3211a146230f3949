/**
 * The scalar fields that scenario.yaml and manifests share: each a schema that reads the user's notation and says,
 * when it cannot, what would be right.
 */
import * as z from 'zod';
import type { DistributionSpec } from '../kernel/distribution.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { parseDuration } from './duration.ts';
import { parseIntOrPercent } from './int-or-percent.ts';
import { parseBytes, parseCpuMilli, parseQuantity } from './quantity.ts';
import type { IntOrPercent } from './scenario.ts';
import type { IssueParameters } from './zod-issues.ts';

export const INT32_MAX = 2_147_483_647;

/** A scalar as text, for hints; whatever is no scalar has none. */
export function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What a schema's editor help looks like; merged into the generated JSON Schema. */
interface EditorSchema {
  readonly [key: string]: unknown;
}

interface Refusal {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly expected: string;
}

/** A field read by `parse`, which gives null for what it refuses; `hint` may say more about a refused value. */
export function scalar<T>(
  parse: (value: unknown) => T | null,
  refusal: Refusal,
  editor: EditorSchema,
  hint: (value: unknown) => string | undefined = () => undefined,
): z.ZodType<T> {
  return z
    .unknown()
    .transform((value, context) => {
      const parsed = value === undefined ? null : parse(value);
      if (parsed !== null) return parsed;
      if (value === undefined) context.addIssue({ code: 'custom', message: 'required' });
      else {
        const more = hint(value);
        const params: IssueParameters = {
          code: refusal.code,
          expected: refusal.expected,
          ...(more !== undefined && { hint: more }),
        };
        context.addIssue({ code: 'custom', message: refusal.message, params: { ...params } });
      }
      return z.NEVER;
    })
    .meta(editor);
}

const DURATION_PATTERN = '^(0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$';
const DURATION_EDITOR = { type: 'string', pattern: DURATION_PATTERN, examples: ['250ms', '45s', '10m'] };

/** A duration in Go notation → milliseconds. */
export const duration: z.ZodType<number> = scalar(
  (value) => (value === 0 ? 0 : typeof value === 'string' ? parseDuration(value.trim()) : null),
  { code: 'E206', message: 'This is not a duration.', expected: 'a duration ≥ 0 such as 250ms, 45s, 10m' },
  DURATION_EDITOR,
  durationHint,
);

/** A duration that may not be 0. */
export const positiveDuration: z.ZodType<number> = scalar(
  (value) => {
    const parsed = typeof value === 'string' ? parseDuration(value.trim()) : null;
    return parsed === null || parsed === 0 ? null : parsed;
  },
  {
    code: 'E206',
    message: 'This is not a duration above 0.',
    expected: 'a duration > 0 such as 250ms, 45s, 10m',
  },
  DURATION_EDITOR,
  durationHint,
);

function durationHint(value: unknown): string | undefined {
  if (typeof value === 'string' && parseDuration(value.trim()) === 0) return undefined;
  if (typeof value === 'number') return `Add the unit: ${value}ms or ${value}s.`;
  if (typeof value !== 'string') return undefined;
  const match = /^(-?)(\d+(?:\.\d+)?)\s*([a-zA-Zµ]*)$/u.exec(value.trim());
  if (match === null) return undefined;
  const [, sign, number, unit = ''] = match;
  if (sign === '-') return 'A duration cannot be negative.';
  if (/^\d/u.test(value) && unit === '') return `Add the unit: ${number}ms or ${number}s.`;
  if (/^(?:s|sec|secs|second|seconds)$/iu.test(unit)) return `Did you mean ${number}s?`;
  if (/^(?:ms|msec|millis|milliseconds?)$/iu.test(unit)) return `Did you mean ${number}ms?`;
  if (/^(?:m|min|mins|minutes?)$/iu.test(unit)) return `Did you mean ${number}m?`;
  if (/^(?:h|hr|hrs|hours?)$/iu.test(unit)) return `Did you mean ${number}h?`;
  if (/^(?:d|days?)$/iu.test(unit)) return `There is no unit for days; write ${Number(number) * 24}h.`;
  return undefined;
}

const isQuantityLike = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
const QUANTITY_EDITOR = { type: ['string', 'number'] };

/** CPU in Kubernetes notation → thousandths of a core. */
export const cpuQuantity: z.ZodType<number> = scalar(
  (value) => (isQuantityLike(value) ? parseCpuMilli(value) : null),
  { code: 'E207', message: 'This is not an amount of CPU.', expected: 'cores such as 2 or 0.5, or 500m' },
  { ...QUANTITY_EDITOR, examples: ['500m', 2] },
);

/** Memory in Kubernetes notation → bytes. */
export const memoryQuantity: z.ZodType<number> = scalar(
  (value) => (isQuantityLike(value) ? parseBytes(value) : null),
  {
    code: 'E207',
    message: 'This is not an amount of memory.',
    expected: 'bytes with a suffix such as 512Mi or 1Gi',
  },
  { ...QUANTITY_EDITOR, examples: ['512Mi', '1Gi'] },
  (value) => (/^\d+\s*[kmgt]i?b$/iu.test(asText(value)) ? 'Leave the B away: 512Mi, 1Gi.' : undefined),
);

/** Any other quantity, such as ephemeral storage or an extended resource. */
export const quantity: z.ZodType<number> = scalar(
  (value) => (isQuantityLike(value) ? parseQuantity(value) : null),
  { code: 'E207', message: 'This is not a quantity.', expected: 'a quantity such as 2, 500m or 1Gi' },
  QUANTITY_EDITOR,
);

export const intOrPercent: z.ZodType<IntOrPercent> = scalar(
  parseIntOrPercent,
  {
    code: 'E208',
    message: 'This is neither a count nor a percentage.',
    expected: 'a whole number ≥ 0 or a percentage such as 25%',
  },
  { type: ['integer', 'string'] },
  (value) =>
    /^\d+$/u.test(asText(value)) && typeof value === 'string'
      ? `Write ${value} without quotes, or ${value}%.`
      : undefined,
);

/** A share as a number from 0 to 1 or as a percentage → number from 0 to 1. */
export const share: z.ZodType<number> = scalar(
  (value) => {
    const text = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/u.exec(value)?.[1] : undefined;
    const number = typeof value === 'number' ? value : text === undefined ? Number.NaN : Number(text) / 100;
    return number >= 0 && number <= 1 ? number : null;
  },
  {
    code: 'E205',
    message: 'This is not a share.',
    expected: 'a number from 0 to 1, or a percentage such as 0.01%',
  },
  { type: ['number', 'string'], examples: [0.001, '0.1%'] },
);

type Parameters = Readonly<Record<string, unknown>>;

const durationOf = (value: unknown): number =>
  value === 0 ? 0 : ((typeof value === 'string' ? parseDuration(value) : null) ?? Number.NaN);

const DISTRIBUTIONS: Readonly<
  Record<string, { keys: readonly string[]; read: (p: Parameters) => DistributionSpec | null }>
> = {
  lognormal: {
    keys: ['p50', 'p99'],
    read: ({ p50, p99 }) => {
      const [low, high] = [durationOf(p50), durationOf(p99)];
      return low > 0 && high >= low ? { kind: 'lognormal', p50: low, p99: high } : null;
    },
  },
  uniform: {
    keys: ['min', 'max'],
    read: ({ min, max }) => {
      const [low, high] = [durationOf(min), durationOf(max)];
      return high >= low ? { kind: 'uniform', min: low, max: high } : null;
    },
  },
  exponential: {
    keys: ['mean'],
    read: ({ mean }) => (durationOf(mean) > 0 ? { kind: 'exponential', mean: durationOf(mean) } : null),
  },
  gamma: {
    keys: ['mean', 'cv'],
    read: ({ mean, cv }) =>
      durationOf(mean) > 0 && typeof cv === 'number' && cv > 0 && cv <= 10
        ? { kind: 'gamma', mean: durationOf(mean), cv }
        : null,
  },
};

/** A distribution as the user writes it, or null: `20ms`, `{lognormal: {p50: 20ms, p99: 90ms}}` … → milliseconds. */
export function parseDistribution(value: unknown): DistributionSpec | null {
  if (typeof value === 'string' || value === 0) {
    const constant = durationOf(value);
    return Number.isNaN(constant) ? null : { kind: 'constant', value: constant };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const [kind, parameters] = entries[0] ?? ['', undefined];
  if (entries.length !== 1) return null;
  if (kind === 'empirical') {
    if (!Array.isArray(parameters) || parameters.length === 0 || parameters.length > 10_000) return null;
    const values = parameters.map(durationOf);
    return values.some(Number.isNaN) ? null : { kind: 'empirical', values };
  }
  const known = Object.hasOwn(DISTRIBUTIONS, kind) ? DISTRIBUTIONS[kind] : undefined;
  if (known === undefined || typeof parameters !== 'object' || parameters === null) return null;
  if (Object.keys(parameters).some((key) => !known.keys.includes(key))) return null;
  return known.read(parameters as Parameters);
}

const DISTRIBUTION_EXPECTED =
  'a duration such as 20ms, or {lognormal: {p50, p99}} with 0 < p50 ≤ p99, {uniform: {min, max}}, {exponential: {mean}}, {gamma: {mean, cv}}, {empirical: [20ms, …]}';

const PARAMETER_MEANINGS: Readonly<Record<string, string>> = {
  p50: 'Median.',
  p99: '99th percentile.',
  min: 'Least value.',
  max: 'Greatest value.',
  mean: 'Mean.',
  cv: 'Coefficient of variation: standard deviation ÷ mean.',
};

const parameterObject = (keys: readonly string[]): EditorSchema => ({
  type: 'object',
  required: keys,
  additionalProperties: false,
  properties: Object.fromEntries(
    keys.map((key) => [
      key,
      { ...(key === 'cv' ? { type: 'number' } : DURATION_EDITOR), description: PARAMETER_MEANINGS[key] },
    ]),
  ),
});

const DISTRIBUTION_EDITOR: EditorSchema = {
  anyOf: [
    DURATION_EDITOR,
    ...Object.entries(DISTRIBUTIONS).map(([kind, { keys }]) => ({
      type: 'object',
      required: [kind],
      additionalProperties: false,
      properties: { [kind]: parameterObject(keys) },
    })),
    {
      type: 'object',
      required: ['empirical'],
      additionalProperties: false,
      properties: { empirical: { type: 'array', items: DURATION_EDITOR, minItems: 1 } },
    },
  ],
};

export const distribution: z.ZodType<DistributionSpec> = scalar(
  parseDistribution,
  { code: 'E209', message: 'This is not a distribution.', expected: DISTRIBUTION_EXPECTED },
  DISTRIBUTION_EDITOR,
  (value) => (typeof value === 'number' ? durationHint(value) : undefined),
);

/** A distribution, or `never` → null. */
export const distributionOrNever: z.ZodType<DistributionSpec | 'never'> = scalar<DistributionSpec | 'never'>(
  (value) => (value === 'never' ? 'never' : parseDistribution(value)),
  {
    code: 'E209',
    message: 'This is neither a distribution nor never.',
    expected: `never, or ${DISTRIBUTION_EXPECTED}`,
  },
  { anyOf: [{ const: 'never' }, ...(DISTRIBUTION_EDITOR['anyOf'] as readonly EditorSchema[])] },
  (value) => (typeof value === 'number' ? durationHint(value) : undefined),
);
