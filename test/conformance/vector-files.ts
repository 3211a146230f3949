/** Reads vector files: `{ header, cases }`, each case with a name, the rule under test, its input and its output. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface VectorCase {
  readonly name: string;
  readonly fn: string;
  readonly in: unknown;
  readonly out: unknown;
}

export interface VectorFile {
  readonly file: string;
  readonly cases: readonly VectorCase[];
}

/** A folder or file that cannot be used, with a line that says why. */
export class BadVectorsError extends Error {
  override readonly name = 'BadVectorsError';
}

/** @throws BadVectorsError */
export function readVectorFolder(folder: string): VectorFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    throw new BadVectorsError(`cannot read the folder ${folder}: ${reason(error)}`);
  }
  if (names.length === 0) throw new BadVectorsError(`no vector file (*.json) in ${folder}`);
  return names.sort().map((file) => ({ file, cases: readCases(join(folder, file)) }));
}

function readCases(path: string): VectorCase[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BadVectorsError(`cannot read ${path}: ${reason(error)}`);
  }
  const cases = isObject(content) ? content['cases'] : undefined;
  if (!Array.isArray(cases)) throw new BadVectorsError(`${path} is no vector file: it has no list of cases`);
  return cases.map((entry: unknown, index) => {
    if (!isObject(entry) || typeof entry['name'] !== 'string' || typeof entry['fn'] !== 'string') {
      throw new BadVectorsError(`${path}: case ${index + 1} has no name or no fn`);
    }
    if (!('in' in entry) || !('out' in entry)) {
      throw new BadVectorsError(`${path}: ${entry['name']} has no in or no out`);
    }
    return { name: entry['name'], fn: entry['fn'], in: entry['in'], out: entry['out'] };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
