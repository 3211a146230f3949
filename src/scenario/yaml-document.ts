/**
 * YAML text → plain values with the place of every field. Bounded: neither aliases nor nesting can make it explode,
 * and every fault in the text is a diagnostic.
 */
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { findTemplateBraces } from './helm-template.ts';
import { joinPath, type Position, type SourceMap } from './source-map.ts';

export interface SourceDocument {
  readonly file: string;
  /** Maps, lists, strings, numbers, booleans; a null in the text is undefined here: Kubernetes takes it as not given. */
  value: unknown;
  readonly source: SourceMap;
}

const DEPTH_MAX = 64;
const NODES_MAX = 200_000;

/** Every non-empty document of a file; those that cannot be read are left out and reported. */
export function parseYaml(
  file: string,
  text: string,
  diagnostics: DiagnosticList,
): readonly SourceDocument[] {
  const lineCounter = new LineCounter();
  let documents: readonly Document[];
  try {
    const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
    documents = [...parsed];
  } catch (error) {
    // The parser recurses; text that nests thousands of levels exhausts its stack.
    diagnostics.add(
      'E108',
      { file, line: 1, column: 1 },
      {
        message: `This file cannot be read as YAML: ${error instanceof RangeError ? 'it nests too deeply' : String(error)}.`,
        expected: `at most ${DEPTH_MAX} levels`,
      },
    );
    return [];
  }
  const found: SourceDocument[] = [];
  const brace = findTemplateBraces(text);
  const broken = documents.some((document) => document.errors.length > 0 || hasComplexKey(document));
  if (broken && brace !== null) {
    const { line, col } = lineCounter.linePos(brace);
    diagnostics.add(
      'E105',
      { file, line, column: col },
      {
        message: 'This is a Helm template, not a manifest.',
        value: text.slice(brace, text.indexOf('\n', brace) === -1 ? undefined : text.indexOf('\n', brace)),
        expected: 'plain YAML',
        hint: 'Render it first: helm template RELEASE CHART > manifests/rendered.yaml',
      },
    );
    return [];
  }
  for (const document of documents) {
    reportSyntax(file, document, lineCounter, diagnostics);
    if (document.errors.length > 0 || document.contents === null) continue;
    const reader = new Reader(file, document, lineCounter, diagnostics);
    const value = reader.read();
    if (value !== undefined) found.push({ file, value, source: reader.source });
  }
  return found;
}

function hasComplexKey(document: Document): boolean {
  let complex = false;
  const walk = (node: unknown, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    if (isSeq(node)) for (const item of node.items) walk(item, depth + 1);
    if (!isMap(node)) return;
    for (const pair of node.items) {
      if (!isScalar(pair.key)) complex = true;
      walk(pair.value, depth + 1);
    }
  };
  walk(document.contents, 0);
  return complex;
}

function reportSyntax(
  file: string,
  document: Document,
  lines: LineCounter,
  diagnostics: DiagnosticList,
): void {
  const tabs = document.errors.filter(isAboutTabs);
  // What a tab indents stands in no column that YAML knows, and is complained about once more.
  for (const error of tabs.length > 0 ? tabs : document.errors) {
    const { line, col } = lines.linePos(openingOf(error, document) ?? error.pos[0]);
    const location = { file, line: Math.max(1, line), column: Math.max(1, col) };
    if (error.code === 'DUPLICATE_KEY') {
      diagnostics.add('E102', location, {
        message: 'This key stands twice in the same map.',
        hint: 'Keep one of them.',
      });
    } else {
      diagnostics.add('E101', location, {
        message: `This is not YAML: ${error.message.split('\n')[0] ?? ''}.`.replace('..', '.'),
        hint: isAboutTabs(error) ? 'YAML indents with spaces, never with tabs.' : undefined,
      });
    }
  }
}

function isAboutTabs({ code, message }: YAMLParseError): boolean {
  return code === 'TAB_AS_INDENT' || /\btabs?\b/u.test(message);
}

/** Where the bracket or the quote stands that is never closed; its absence is noticed only where the text ends. */
function openingOf({ message, pos }: YAMLParseError, { contents }: Document): number | null {
  const isQuote = /closing .?quote/u.test(message);
  if (!isQuote && !/end with a [\]}]/u.test(message)) return null;
  let opening: number | null = null;
  visit(contents, (_, node) => {
    const isOpened = isQuote
      ? isScalar(node) && node.type?.startsWith('QUOTE') === true
      : isCollection(node) && node.flow === true;
    if (!isOpened || !isNode(node) || !node.range || node.range[2] < pos[0]) return undefined;
    opening = node.range[0];
    return visit.BREAK;
  });
  return opening;
}

/** Turns one document into plain values. */
class Reader {
  readonly source: SourceMap;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #diagnostics: DiagnosticList;
  readonly #open = new Set<unknown>();
  #nodes = 0;
  #failed = false;

  constructor(file: string, document: Document, lines: LineCounter, diagnostics: DiagnosticList) {
    this.source = { file, values: {}, keys: {} };
    this.#document = document;
    this.#lines = lines;
    this.#diagnostics = diagnostics;
  }

  read(): unknown {
    const contents: unknown = this.#document.contents;
    this.source.values[''] = this.#position(contents) ?? [1, 1];
    const value = this.#value(contents, '', 0);
    return this.#failed ? undefined : value;
  }

  #value(node: unknown, path: string, depth: number): unknown {
    if (this.#failed) return undefined;
    this.#nodes += 1;
    if (this.#nodes > NODES_MAX)
      return this.#fail('E104', node, `Its aliases expand to more than ${NODES_MAX} values.`);
    if (depth > DEPTH_MAX) return this.#fail('E108', node, `It nests deeper than ${DEPTH_MAX} levels.`);
    if (isAlias(node)) return this.#alias(node, path, depth);
    if (isScalar(node)) return node.value === null ? undefined : plainScalar(node);
    if (isSeq(node))
      return this.#nested(node, () => node.items.map((item, index) => this.#item(item, path, index, depth)));
    if (isMap(node)) return this.#nested(node, () => this.#map(node, path, depth));
    return undefined;
  }

  #alias(
    node: { resolve: (document: Document) => unknown; source: string },
    path: string,
    depth: number,
  ): unknown {
    const target = node.resolve(this.#document);
    if (target === undefined)
      return this.#fail('E101', node, `No anchor &${node.source} stands before this alias.`);
    if (this.#open.has(target)) return this.#fail('E104', node, `The alias *${node.source} contains itself.`);
    return this.#value(target, path, depth + 1);
  }

  #nested<T>(node: unknown, read: () => T): T {
    this.#open.add(node);
    const value = read();
    this.#open.delete(node);
    return value;
  }

  #item(item: unknown, path: string, index: number, depth: number): unknown {
    const itemPath = joinPath(path, index);
    this.#place(itemPath, item, undefined);
    return this.#value(item, itemPath, depth + 1);
  }

  #map(node: YAMLMap, path: string, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const merged: Record<string, unknown> = {};
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? pair.key.value : undefined;
      const name = typeof key === 'number' || typeof key === 'boolean' ? String(key) : key;
      if (typeof name !== 'string' || name === '__proto__') {
        this.#fail('E106', pair.key, 'This key is not plain text.');
        return result;
      }
      const childPath = joinPath(path, name);
      if (name === '<<') {
        const bases = [this.#value(pair.value, path, depth + 1)].flat();
        for (const base of bases) if (isRecord(base)) Object.assign(merged, { ...base, ...merged });
        continue;
      }
      this.#place(childPath, pair.value, pair.key);
      result[name] = this.#value(pair.value, childPath, depth + 1);
    }
    return { ...merged, ...result };
  }

  #place(path: string, node: unknown, key: unknown): void {
    const own = this.#position(node);
    const keyPosition = this.#position(key);
    const position = isScalar(node) && node.value !== null ? own : (keyPosition ?? own);
    if (position !== undefined) this.source.values[path] = position;
    if (keyPosition !== undefined) this.source.keys[path] = keyPosition;
  }

  #position(node: unknown): Position | undefined {
    const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
    if (range?.[0] === undefined) return undefined;
    const { line, col } = this.#lines.linePos(range[0]);
    return [line, col];
  }

  #fail(code: DiagnosticCode, node: unknown, message: string): undefined {
    if (this.#failed) return undefined;
    this.#failed = true;
    const [line, column] = this.#position(node) ?? [1, 1];
    this.#diagnostics.add(code, { file: this.source.file, line, column }, { message });
    return undefined;
  }
}

/** Text, number or boolean; what a tag turned into anything else (`!!binary`) stays the text that it was. */
function plainScalar({ value, source }: Scalar): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : source;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
