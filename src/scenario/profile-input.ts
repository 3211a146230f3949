/**
 * The cluster profile that a scenario asks for: a built-in name, a file, or written into the scenario.
 */
import * as z from 'zod';
import type { DistributionSpec } from '../kernel/distribution.ts';
import { entryOf, reportProblem, textDocuments } from './manifest-files.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import type { ScenarioFiles } from './file-set.ts';
import { BUILT_IN_PROFILES, LATENCY_MEANINGS, type LatencyName, type Profile } from './profile.ts';
import { parseDistribution, scalar } from './scalars.ts';
import { locateValue, subMap } from './source-map.ts';
import { isRecord, type SourceDocument } from './yaml-document.ts';
import { checkDocument } from './zod-issues.ts';

const milliseconds = z.number().min(0).max(1e9);

/** A distribution in plain milliseconds, as `sim calibrate` writes it. */
const measured: z.ZodType<DistributionSpec> = z.union([
  z.strictObject({ kind: z.literal('constant'), value: milliseconds }),
  z
    .strictObject({ kind: z.literal('uniform'), min: milliseconds, max: milliseconds })
    .refine(({ min, max }) => min <= max),
  z.strictObject({ kind: z.literal('exponential'), mean: milliseconds.positive() }),
  z
    .strictObject({
      kind: z.literal('lognormal'),
      p50: milliseconds.positive(),
      p99: milliseconds.positive(),
    })
    .refine(({ p50, p99 }) => p50 <= p99),
  z.strictObject({
    kind: z.literal('gamma'),
    mean: milliseconds.positive(),
    cv: z.number().positive().max(10),
  }),
  z.strictObject({ kind: z.literal('empirical'), values: z.array(milliseconds).min(1).max(100_000) }),
]);

const latency: z.ZodType<DistributionSpec> = scalar(
  (value) => {
    const plain = measured.safeParse(value);
    return plain.success ? plain.data : parseDistribution(value);
  },
  {
    code: 'E209',
    message: 'This is not a distribution.',
    expected:
      'such as 20ms, {lognormal: {p50: 8ms, p99: 60ms}}, or {kind: lognormal, p50: 8, p99: 60} in milliseconds',
  },
  {},
);

interface ProfileInput {
  name: string;
  base: string;
  uncertainty?: number | undefined;
  latencies: Partial<Record<LatencyName, DistributionSpec | undefined>>;
}

const latencyFields = Object.fromEntries(
  Object.entries(LATENCY_MEANINGS).map(([name, meaning]) => [name, latency.optional().describe(meaning)]),
);

const profileSchema: z.ZodType<ProfileInput> = z.strictObject({
  apiVersion: z.literal('rollout-sim/v1').optional(),
  kind: z.literal('Profile').optional(),
  name: z.string().min(1).max(100).default('custom'),
  base: z.enum(Object.keys(BUILT_IN_PROFILES)).default('kind'),
  uncertainty: z.number().min(0).max(3).optional(),
  latencies: z.strictObject(latencyFields).prefault({}),
});

const PATH = 'spec.cluster.profile';

/** The profile, or null when there is none to be had and `diagnostics` says why. */
export function readProfile(
  input: unknown,
  document: SourceDocument,
  files: ScenarioFiles,
  diagnostics: DiagnosticList,
): Profile | null {
  const location = locateValue(document.source, PATH);
  if (isRecord(input))
    return toProfile({ ...document, value: input, source: subMap(document.source, PATH) }, diagnostics);
  if (typeof input !== 'string') {
    diagnostics.add('E203', location, {
      message: 'A profile is a name or a map.',
      path: PATH,
      value: input,
      expected: `one of ${builtIn()}, a file, or a map`,
    });
    return null;
  }
  const known = Object.hasOwn(BUILT_IN_PROFILES, input) ? BUILT_IN_PROFILES[input] : undefined;
  if (known !== undefined) return known;
  if (!isProfileFile(input)) {
    const near = didYouMean(input, Object.keys(BUILT_IN_PROFILES));
    diagnostics.add('E214', location, {
      message: `There is no profile ${input}.`,
      path: PATH,
      value: input,
      expected: `one of ${builtIn()}, or the path of a profile file`,
      hint: near === null ? undefined : `Did you mean ${near}?`,
    });
    return null;
  }
  const entry = entryOf(files, input);
  if (entry.kind === 'text') {
    const [profile] = textDocuments(input, entry, { diagnostics });
    return profile === undefined ? null : toProfile(profile, diagnostics);
  }
  const problem =
    entry.kind === 'problem'
      ? entry
      : ({ kind: 'problem', problem: 'not-a-file', detail: 'it is a folder' } as const);
  reportProblem(input, problem, location, { diagnostics });
  return null;
}

/** Whether a profile's text is meant as a path rather than as a name. */
export function isProfileFile(text: string): boolean {
  return /[/\\]|\.(?:ya?ml|json)$/u.test(text);
}

function toProfile(document: SourceDocument, diagnostics: DiagnosticList): Profile | null {
  const input = checkDocument(profileSchema, document, diagnostics);
  const base = BUILT_IN_PROFILES[input?.base ?? ''];
  if (input === null || base === undefined) return null;
  const given = Object.entries(input.latencies).filter(([, spec]) => spec !== undefined);
  return {
    name: input.name,
    uncertainty: input.uncertainty ?? base.uncertainty,
    latencies: { ...base.latencies, ...Object.fromEntries(given) },
  };
}

function builtIn(): string {
  return Object.keys(BUILT_IN_PROFILES).join(', ');
}
