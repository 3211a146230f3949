/**
 * Collects diagnostics while a scenario is read. Equal ones count once: a manifest used twice is read twice.
 */
import type { Diagnostic, Severity, SourceLocation } from './diagnostic.ts';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-codes.ts';

export interface DiagnosticDetails {
  readonly message: string;
  readonly path?: string | undefined;
  readonly value?: unknown;
  readonly expected?: string | undefined;
  readonly hint?: string | undefined;
}

const VALUE_LENGTH_MAX = 80;

export class DiagnosticList {
  readonly #byKey = new Map<string, Diagnostic>();
  #count = 0;
  #errorCount = 0;

  add(code: DiagnosticCode, location: SourceLocation, details: DiagnosticDetails): void {
    this.#count += 1;
    if (severityOf(code) === 'error') this.#errorCount += 1;
    const { message, path, value, hint, expected } = details;
    const diagnostic: Diagnostic = {
      code,
      severity: severityOf(code),
      message: message.trim() === '' ? DIAGNOSTIC_CODES[code].title : message,
      location,
      ...(path !== undefined && path !== '' && { path }),
      ...(value !== undefined && { value: shorten(value) }),
      ...(expected !== undefined && { expected }),
      ...(hint !== undefined && { hint }),
    };
    const key = JSON.stringify([code, location, diagnostic.path, diagnostic.message]);
    if (!this.#byKey.has(key)) this.#byKey.set(key, diagnostic);
  }

  /** How often something was reported, repetitions included: whether a step found fault, even a known one. */
  get count(): number {
    return this.#count;
  }

  /** The same for errors alone. */
  get errorCount(): number {
    return this.#errorCount;
  }

  get hasErrors(): boolean {
    return this.errorCount > 0;
  }

  /** Errors before warnings, each by file, line and column. */
  sorted(): readonly Diagnostic[] {
    return [...this.#byKey.values()].sort(
      (a, b) =>
        compareText(a.severity, b.severity) ||
        compareText(a.location.file, b.location.file) ||
        a.location.line - b.location.line ||
        a.location.column - b.location.column ||
        compareText(a.code, b.code),
    );
  }
}

function severityOf(code: string): Severity {
  return code.startsWith('E') ? 'error' : 'warning';
}

/** A value as one short line of text. */
export function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length > VALUE_LENGTH_MAX ? `${line.slice(0, VALUE_LENGTH_MAX - 1)}…` : line;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
