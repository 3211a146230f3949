/**
 * zod's issues → diagnostics at the line of the field, with a hint where the name or the place is nearly right.
 */
import type * as z from 'zod';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import { misplacedHint } from './misplaced-fields.ts';
import { formatPath, locateKey, locateValue, type PathSegment } from './source-map.ts';
import type { SourceDocument } from './yaml-document.ts';

/** What a schema's own check says about a value it refuses; travels in the issue's `params`. */
export interface IssueParameters {
  readonly code: DiagnosticCode;
  readonly expected?: string;
  readonly hint?: string;
}

/** Checks a document against a schema; null when it does not fit, every reason being in `diagnostics`. */
export function checkDocument<T>(
  schema: z.ZodType<T>,
  document: SourceDocument,
  diagnostics: DiagnosticList,
): T | null {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue(issue, schema, document, diagnostics, []);
  return null;
}

function reportIssue(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  document: SourceDocument,
  diagnostics: DiagnosticList,
  base: readonly PathSegment[],
): void {
  const segments = [...base, ...issue.path.filter((part): part is PathSegment => typeof part !== 'symbol')];
  const path = formatPath(segments);
  const value = valueAt(document.value, segments);
  const location = locateValue(document.source, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      for (const key of issue.keys) reportUnknownKey([...segments, key], schema, document, diagnostics);
      return;
    }
    case 'invalid_type':
      if (value === undefined) reportMissing(segments, document, diagnostics);
      else
        diagnostics.add('E203', location, {
          message: `${path} must be ${article(issue.expected)}.`,
          path,
          value,
          expected: article(issue.expected),
          hint: typeHint(issue.expected, value),
        });
      return;
    case 'invalid_value': {
      if (value === undefined) return reportMissing(segments, document, diagnostics);
      const allowed = issue.values.map(String);
      const near = didYouMean(String(value), allowed);
      diagnostics.add('E204', location, {
        message: `${path} cannot be that.`,
        path,
        value,
        expected: allowed.length === 1 ? (allowed[0] ?? '') : `one of ${allowed.join(', ')}`,
        hint: near === null ? undefined : `Did you mean ${near}?`,
      });
      return;
    }
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const unit =
        issue.origin === 'array' || issue.origin === 'string'
          ? ` ${issue.origin === 'array' ? 'entries' : 'characters'}`
          : '';
      diagnostics.add('E205', location, {
        message: `${path} is out of range.`,
        path,
        value,
        expected: bound + unit,
      });
      return;
    }
    case 'custom': {
      const parameters = issue.params as IssueParameters | undefined;
      if (value === undefined && parameters === undefined)
        return reportMissing(segments, document, diagnostics);
      diagnostics.add(parameters?.code ?? 'E203', location, {
        message: issue.message,
        path,
        value,
        expected: parameters?.expected,
        hint: parameters?.hint,
      });
      return;
    }
    case 'invalid_union': {
      // The branch that takes a value of this type knows best what is wrong inside it.
      const branch = issue.errors.find((errors) =>
        errors.every((error) => error.path.length > 0 || !isTypeIssue(error)),
      );
      if (value === undefined) return reportMissing(segments, document, diagnostics);
      if (branch === undefined) {
        const types = issue.errors.flatMap((errors) =>
          errors.filter(isTypeIssue).map((error) => article(error.expected)),
        );
        diagnostics.add('E203', location, {
          message: `${path} is of the wrong type.`,
          path,
          value,
          expected: types.join(' or '),
        });
      } else for (const error of branch) reportIssue(error, schema, document, diagnostics, segments);
      return;
    }
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      diagnostics.add('E203', location, { message: `${path}: ${issue.message}.`, path, value });
      return;
  }
}

function isTypeIssue(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

function reportMissing(
  segments: readonly PathSegment[],
  document: SourceDocument,
  diagnostics: DiagnosticList,
): void {
  const path = formatPath(segments);
  diagnostics.add('E202', locateValue(document.source, path), { message: `${path} is required.`, path });
}

function reportUnknownKey(
  segments: readonly PathSegment[],
  schema: z.ZodType,
  document: SourceDocument,
  diagnostics: DiagnosticList,
): void {
  const key = String(segments.at(-1));
  const path = formatPath(segments);
  const location = locateKey(document.source, path);
  const misplaced = misplacedHint(segments);
  if (misplaced !== null) {
    diagnostics.add('E210', location, {
      message: `${key} does not belong here.`,
      path,
      expected: misplaced,
      hint: `Move it to ${misplaced}.`,
    });
    return;
  }
  const siblings = knownKeys(schema, segments.slice(0, -1));
  const near = didYouMean(key, siblings);
  diagnostics.add('E201', location, {
    message: `There is no field ${key} here.`,
    path,
    value: key,
    expected: siblings.length > 0 && siblings.length <= 14 ? `one of ${siblings.join(', ')}` : undefined,
    hint: near === null ? undefined : `Did you mean ${near}?`,
  });
}

/** Names that the schema knows at a path; empty when the path leads through something other than objects and lists. */
function knownKeys(schema: z.ZodType, segments: readonly PathSegment[]): readonly string[] {
  let nodes = [schema as unknown as SchemaNode];
  for (const segment of segments) {
    nodes = nodes.flatMap(unwrap).flatMap((node) => {
      const { def } = node._zod;
      if (typeof segment === 'number') return def.element === undefined ? [] : [def.element];
      const child = def.shape?.[segment] ?? def.valueType;
      return child === undefined ? [] : [child];
    });
  }
  return [...new Set(nodes.flatMap(unwrap).flatMap((node) => Object.keys(node._zod.def.shape ?? {})))];
}

interface SchemaNode {
  readonly _zod: {
    readonly def: {
      readonly innerType?: SchemaNode;
      readonly in?: SchemaNode;
      readonly options?: readonly SchemaNode[];
      readonly element?: SchemaNode;
      readonly valueType?: SchemaNode;
      readonly shape?: Readonly<Record<string, SchemaNode>>;
    };
  };
}

function unwrap(node: SchemaNode): readonly SchemaNode[] {
  const { innerType, in: input, options } = node._zod.def;
  const inner = innerType ?? input;
  if (inner !== undefined) return unwrap(inner);
  return options === undefined ? [node] : options.flatMap(unwrap);
}

export function valueAt(value: unknown, segments: readonly PathSegment[]): unknown {
  let at = value;
  for (const segment of segments) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return undefined;
    at = (at as Record<PathSegment, unknown>)[segment];
  }
  return at;
}

function article(type: string): string {
  const named: Readonly<Record<string, string>> = {
    object: 'a map',
    record: 'a map',
    array: 'a list',
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return named[type] ?? type;
}

function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && typeof value !== 'object') return `Put it in quotes: "${String(value)}".`;
  if (
    (expected === 'number' || expected === 'int') &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  )
    return 'Write it without quotes.';
  if (expected === 'array') return 'Start each entry with a dash, or write [entry].';
  if (expected === 'boolean' && typeof value === 'string') return 'Write true or false, without quotes.';
  return undefined;
}
