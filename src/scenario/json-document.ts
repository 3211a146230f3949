/**
 * JSON text → plain values with the place of every field, for the files that the program itself writes. They are far
 * larger than any manifest, so places are looked for only once something is wrong.
 */
import type { DiagnosticList } from './diagnostic-list.ts';
import { joinPath, type Position, type SourceMap } from './source-map.ts';
import type { SourceDocument } from './yaml-document.ts';

const DEPTH_MAX = 200;

/** @returns null when the text is no JSON, which is reported at the place of the first fault */
export function parseJson(file: string, text: string, diagnostics: DiagnosticList): SourceDocument | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const fault = new JsonScanner(text).fault();
    diagnostics.add('E116', locationOf(file, text, fault?.offset ?? 0), {
      message: `This is not JSON: ${fault?.expected ?? (error as Error).message}.`,
    });
    return null;
  }
  let source: SourceMap | null = null;
  return {
    file,
    value,
    get source() {
      source ??= placesOf(file, text);
      return source;
    },
  };
}

interface Fault {
  readonly offset: number;
  readonly expected: string;
}

/** Thrown inside the scanner only. */
class FaultFound extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.expected);
    this.fault = fault;
  }
}

function placesOf(file: string, text: string): SourceMap {
  const source: SourceMap = { file, values: {}, keys: {} };
  const offsets: { of: 'values' | 'keys'; path: string; offset: number }[] = [];
  new JsonScanner(text, (of, path, offset) => offsets.push({ of, path, offset })).fault();
  const lines = lineStarts(text);
  for (const { of, path, offset } of offsets) source[of][path] = positionAt(lines, offset);
  return source;
}

function locationOf(
  file: string,
  text: string,
  offset: number,
): { file: string; line: number; column: number } {
  const [line, column] = positionAt(lineStarts(text), offset);
  return { file, line, column };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionAt(starts: readonly number[], offset: number): Position {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return [low + 1, offset - (starts[low] ?? 0) + 1];
}

const STRING = /"(?:[^"\\\p{Cc}]|[\u007F-\u009F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/uy;
const BLANKS = /[\t\n\r ]*/uy;

/** Walks JSON text by its grammar (RFC 8259). */
class JsonScanner {
  readonly #text: string;
  readonly #onPlace: (of: 'values' | 'keys', path: string, offset: number) => void;
  #at = 0;

  constructor(
    text: string,
    onPlace: (of: 'values' | 'keys', path: string, offset: number) => void = () => {},
  ) {
    this.#text = text;
    this.#onPlace = onPlace;
  }

  /** The first place that breaks the grammar. */
  fault(): Fault | null {
    try {
      this.#blanks();
      this.#value('', 0);
      this.#blanks();
      if (this.#at < this.#text.length) this.#fail('nothing may follow the value');
      return null;
    } catch (error) {
      if (error instanceof FaultFound) return error.fault;
      throw error;
    }
  }

  #value(path: string, depth: number): void {
    if (depth > DEPTH_MAX) this.#fail(`it nests deeper than ${DEPTH_MAX} levels`);
    this.#onPlace('values', path, this.#at);
    const next = this.#text[this.#at];
    if (next === '{') this.#members('}', () => this.#member(path, depth));
    else if (next === '[') {
      let index = 0;
      this.#members(']', () => {
        this.#value(joinPath(path, index), depth + 1);
        index++;
      });
    } else if (next === '"') this.#string();
    else if (this.#take(SCALAR) === null) this.#fail('a value must stand here');
  }

  #members(end: '}' | ']', member: () => void): void {
    this.#at++;
    this.#blanks();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      member();
      this.#blanks();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== end) this.#fail(`a comma or ${end} must stand here`);
      this.#at++;
      if (next === end) return;
      this.#blanks();
    }
  }

  #member(path: string, depth: number): void {
    const keyAt = this.#at;
    if (this.#text[keyAt] !== '"') this.#fail('a key in double quotes must stand here');
    const key = JSON.parse(this.#string()) as string;
    const memberPath = joinPath(path, key);
    this.#onPlace('keys', memberPath, keyAt);
    this.#blanks();
    if (this.#text[this.#at] !== ':') this.#fail('a colon must stand here');
    this.#at++;
    this.#blanks();
    this.#value(memberPath, depth + 1);
  }

  #string(): string {
    return this.#take(STRING) ?? this.#fail('this text in quotes does not end, or holds a control character');
  }

  #blanks(): void {
    this.#take(BLANKS);
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at += match[0].length;
    return match[0];
  }

  #fail(expected: string): never {
    const ended = this.#at >= this.#text.length;
    throw new FaultFound({ offset: this.#at, expected: ended ? 'it ends too early' : expected });
  }
}
