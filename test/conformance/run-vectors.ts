/** Runs vector cases against the bindings: the rules of the model under the names that the vectors use. */
import { readdirSync } from 'node:fs';
import { difference } from './compare.ts';
import type { VectorCase, VectorFile } from './vector-files.ts';

// The vectors' documentation defines each input's shape; a binding knows that of its own.
export type Bindings = Readonly<Record<string, (input: any) => unknown>>;

/** Thrown by a binding for a case whose words or situation it does not know. */
export class NotCoveredError extends Error {
  override readonly name = 'NotCoveredError';
}

export interface Failure {
  readonly case: VectorCase;
  readonly actual: unknown;
  readonly difference: string;
}

export interface FunctionResult {
  readonly fn: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Names of the cases that no binding could run. */
  readonly notCovered: readonly string[];
}

export interface FileResult {
  readonly file: string;
  readonly functions: readonly FunctionResult[];
}

/** Every module of `bindings/`, merged. @throws when two bind the same name */
export async function loadBindings(): Promise<Bindings> {
  const folder = new URL('./bindings/', import.meta.url);
  const merged: Record<string, (input: any) => unknown> = {};
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.ts')) continue;
    const module = (await import(new URL(name, folder).href)) as { readonly bindings: Bindings };
    for (const [fn, binding] of Object.entries(module.bindings)) {
      if (merged[fn] !== undefined) throw new Error(`${fn} is bound twice, the second time in ${name}`);
      merged[fn] = binding;
    }
  }
  return merged;
}

export function runVectorFile({ file, cases }: VectorFile, bindings: Bindings): FileResult {
  const byFunction = new Map<string, VectorCase[]>();
  for (const entry of cases) byFunction.set(entry.fn, [...(byFunction.get(entry.fn) ?? []), entry]);
  const functions = [...byFunction].map(([fn, list]) => runFunction(fn, list, bindings[fn]));
  return { file, functions };
}

function runFunction(
  fn: string,
  cases: readonly VectorCase[],
  binding: Bindings[string] | undefined,
): FunctionResult {
  const failures: Failure[] = [];
  const notCovered: string[] = [];
  for (const entry of cases) {
    if (binding === undefined) {
      notCovered.push(entry.name);
      continue;
    }
    try {
      const actual = binding(entry.in);
      const found = difference(fn, entry.out, actual);
      if (found !== null) failures.push({ case: entry, actual, difference: found });
    } catch (error) {
      if (error instanceof NotCoveredError) notCovered.push(`${entry.name} (${error.message})`);
      else failures.push({ case: entry, actual: String(error), difference: `threw ${String(error)}` });
    }
  }
  return { fn, passed: cases.length - failures.length - notCovered.length, failures, notCovered };
}
