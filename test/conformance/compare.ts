/**
 * Compares what a rule gave with what a table row says. Only the keys of the row are looked at; everything is
 * exact but for the few fields that the vectors' own documentation makes bounds or approximations.
 */

/** A value that a row may state in either of two forms. */
export class AnyOf {
  readonly forms: readonly unknown[];

  constructor(...forms: readonly unknown[]) {
    this.forms = forms;
  }
}

/** Seconds by which an "about when" may be off. */
const ABOUT_SECONDS = 1;

/** @returns the first difference as `path: expected …, is …`, or null when all is as expected */
export function difference(fn: string, expected: unknown, actual: unknown, path = 'out'): string | null {
  if (isNotCompared(fn, expected, path)) return null;
  if (actual instanceof AnyOf) {
    const differences = actual.forms.map((form) => difference(fn, expected, form, path));
    return differences.includes(null) ? null : (differences[0] ?? null);
  }
  if (Array.isArray(expected)) return arrayDifference(fn, expected, actual, path);
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return mismatch(path, expected, actual);
    for (const [key, value] of Object.entries(expected)) {
      const found = difference(fn, value, (actual as Record<string, unknown>)[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return matches(path, expected, actual) ? null : mismatch(path, expected, actual);
}

/** Where a null says that upstream compares nothing; elsewhere it is a value. */
const NOT_COMPARED: Readonly<Record<string, RegExp>> = {
  revisionHistory: /^out\.history\[\d+\]$/u,
  scenario: /^out\.checks\[\d+\]$/u,
  containerFlags: /^out\.started$/u,
  requeueDelay: /^out\.delaysMs\[\d+\]$/u,
};

function isNotCompared(fn: string, expected: unknown, path: string): boolean {
  return expected === null && (NOT_COMPARED[fn]?.test(path) ?? false);
}

function arrayDifference(
  fn: string,
  expected: readonly unknown[],
  actual: unknown,
  path: string,
): string | null {
  if (!Array.isArray(actual) || actual.length !== expected.length) return mismatch(path, expected, actual);
  for (const [index, value] of expected.entries()) {
    const found = difference(fn, value, actual[index], `${path}[${index}]`);
    if (found !== null) return found;
  }
  return null;
}

function matches(path: string, expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'number' || typeof actual !== 'number') return expected === actual;
  if (path.endsWith('AtMost')) return actual <= expected;
  if (path.endsWith('AtLeast')) return actual >= expected;
  if (path.endsWith('.requeueAfterSeconds')) return Math.abs(actual - expected) <= ABOUT_SECONDS;
  return expected === actual;
}

function mismatch(path: string, expected: unknown, actual: unknown): string {
  return `${path}: expected ${text(expected)}, is ${text(actual)}`;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
