/**
 * zod's issues → diagnostics at the line of the field, saying what would be right.
 */
import type * as z from 'zod';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { shorten, type DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatPath, locateValue, type PathSegment } from './source-map.ts';
import { reportUnknownField } from './unknown-field.ts';
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
  const reporter = new IssueReporter(schema, document, diagnostics);
  for (const issue of result.error.issues) reporter.report(issue, []);
  return null;
}

interface Place {
  readonly segments: readonly PathSegment[];
  readonly path: string;
  readonly value: unknown;
}

class IssueReporter {
  readonly #schema: z.ZodType;
  readonly #document: SourceDocument;
  readonly #diagnostics: DiagnosticList;

  constructor(schema: z.ZodType, document: SourceDocument, diagnostics: DiagnosticList) {
    this.#schema = schema;
    this.#document = document;
    this.#diagnostics = diagnostics;
  }

  /** @param base path of the union branch to which the issue's own path is relative */
  report(issue: z.core.$ZodIssue, base: readonly PathSegment[]): void {
    const own = issue.path.filter((part): part is PathSegment => typeof part !== 'symbol');
    const segments = [...base, ...own];
    const place: Place = {
      segments,
      path: formatPath(segments),
      value: valueAt(this.#document.value, segments),
    };
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        reportUnknownField([...segments, key], this.#schema, this.#document, this.#diagnostics);
      }
    } else if (place.value === undefined && (issue.code !== 'custom' || issue.params === undefined)) {
      const message = `${place.path === '' ? 'The document' : place.path} is required.`;
      this.#add('E202', place, { message });
    } else this.#reportValue(issue, place);
  }

  #reportValue(issue: z.core.$ZodIssue, place: Place): void {
    switch (issue.code) {
      case 'invalid_type':
        return this.#reportType(typeName(issue.expected), issue.expected, place);
      case 'invalid_value':
        return this.#reportChoice(issue.values.map(String), place);
      case 'too_small':
        return this.#reportRange(`at least ${issue.minimum}`, issue.origin, place);
      case 'too_big':
        return this.#reportRange(`at most ${issue.maximum}`, issue.origin, place);
      case 'invalid_union':
        return this.#reportUnion(issue, place);
      case 'custom': {
        const { code = 'E203', ...advice } = (issue.params ?? {}) as Partial<IssueParameters>;
        return this.#add(code, place, { message: issue.message, ...advice });
      }
      case 'invalid_format':
      case 'not_multiple_of':
      case 'unrecognized_keys':
      case 'invalid_key':
      case 'invalid_element':
        return this.#add('E203', place, { message: `${place.path}: ${issue.message}.` });
    }
  }

  #reportType(expected: string, type: string, place: Place): void {
    const hint = typeHint(type, place.value);
    const subject = place.path === '' ? 'The document' : place.path;
    this.#add('E203', place, {
      message: `${subject} must be ${expected}.`,
      expected,
      ...(hint !== undefined && { hint }),
    });
  }

  #reportChoice(allowed: readonly string[], place: Place): void {
    const near = didYouMean(shorten(place.value), allowed);
    this.#add('E204', place, {
      message: `${place.path} cannot be that.`,
      expected: allowed.length === 1 ? (allowed[0] ?? '') : `one of ${allowed.join(', ')}`,
      ...(near !== null && { hint: `Did you mean ${near}?` }),
    });
  }

  #reportRange(bound: string, origin: string, place: Place): void {
    const unit = origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';
    this.#add('E205', place, { message: `${place.path} is out of range.`, expected: bound + unit });
  }

  /** The branch that takes a value of this type knows best what is wrong inside it. */
  #reportUnion(issue: z.core.$ZodIssueInvalidUnion, place: Place): void {
    const branch = issue.errors.find((errors) => !errors.some(isTypeIssue));
    if (branch !== undefined) {
      for (const error of branch) this.report(error, place.segments);
      return;
    }
    const types = issue.errors.flatMap((errors) =>
      errors.filter(isTypeIssue).map((error) => typeName(error.expected)),
    );
    this.#reportType([...new Set(types)].join(' or '), types.length === 1 ? (types[0] ?? '') : '', place);
  }

  #add(
    code: DiagnosticCode,
    { path, value }: Place,
    details: { message: string; expected?: string; hint?: string },
  ): void {
    this.#diagnostics.add(code, locateValue(this.#document.source, path), { path, value, ...details });
  }
}

function isTypeIssue(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

export function valueAt(value: unknown, segments: readonly PathSegment[]): unknown {
  let at = value;
  for (const segment of segments) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return undefined;
    at = (at as Record<PathSegment, unknown>)[segment];
  }
  return at;
}

function typeName(type: string): string {
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
  const number = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (expected === 'string' && typeof value !== 'object') return `Put it in quotes: "${shorten(value)}".`;
  if ((expected === 'number' || expected === 'int') && number) return 'Write it without quotes.';
  if (expected === 'array') return 'Start each entry with a dash, or write [entry].';
  if (expected === 'boolean' && typeof value === 'string') return 'Write true or false, without quotes.';
  return undefined;
}
