/**
 * `--set path=value`: reads the text of a setting and writes its value into a document.
 */
import { parseDocument } from 'yaml';
import { joinPath, type PathSegment, type Position, type SourceMap } from './source-map.ts';
import { isRecord, type SourceDocument } from './yaml-document.ts';

export const SETTING_FILE = '--set';

export interface Setting {
  readonly text: string;
  /** Position among the settings, from 1: the line of its diagnostics. */
  readonly index: number;
  /** null: the scenario itself. */
  readonly target: {
    readonly scope: 'before' | 'changes' | null;
    readonly kind: string;
    readonly name: string;
  } | null;
  readonly segments: readonly PathSegment[];
  /** undefined deletes the field. */
  readonly value: unknown;
}

const SCENARIO_ROOTS = new Set(['apiVersion', 'kind', 'metadata', 'spec']);

/** Reads one setting; a text where it cannot be read says why. */
export function parseSetting(text: string, index: number): Setting | string {
  const equals = assignmentAt(text);
  if (equals <= 0) return 'It needs the form path=value.';
  const value = parseValue(text.slice(equals + 1));
  if (typeof value === 'string') return value;
  const path = text.slice(0, equals).trim();
  const match = /^(?:(before|changes)\/)?([A-Za-z]+)\/([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)(?:\.(.+))?$/u.exec(
    path,
  );
  const segments = parsePath(match === null ? path : (match[4] ?? ''));
  if (segments === null || segments.length === 0) return 'Its path cannot be read.';
  const common = { text, index, value: value.value };
  if (match === null) {
    const rooted = SCENARIO_ROOTS.has(String(segments[0])) ? segments : ['spec', ...segments];
    return { ...common, target: null, segments: rooted };
  }
  const scope = match[1] === 'before' || match[1] === 'changes' ? match[1] : null;
  return { ...common, target: { scope, kind: match[2] ?? '', name: match[3] ?? '' }, segments };
}

/** Position of the first `=` outside brackets. */
function assignmentAt(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '[') depth += 1;
    else if (text[index] === ']') depth -= 1;
    else if (text[index] === '=' && depth === 0) return index;
  }
  return -1;
}

function parseValue(text: string): { readonly value: unknown } | string {
  if (text.length > 65_536) return 'Its value is too long.';
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) return `Its value is not YAML: ${error.message.split('\n')[0] ?? ''}`;
    const value: unknown = document.toJS({ maxAliasCount: 10 });
    return { value: withoutNull(value) };
  } catch (error) {
    return `Its value cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function withoutNull(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutNull(member)]));
}

/** `a.b[0].c["x.y/z"].d[name]` → its segments; null when the text is no path. */
export function parsePath(text: string): readonly PathSegment[] | null {
  const segments: PathSegment[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:\.?([\w$/-]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[([^[\]"]+)\])/u.exec(rest);
    if (match === null) return null;
    const [whole, plain, index, quoted, named] = match;
    if (plain === '__proto__' || quoted === '__proto__') return null;
    // A name in brackets selects the list entry of that name; `resolveSegments` turns it into an index.
    if (plain !== undefined) segments.push(plain);
    else if (index !== undefined) segments.push(Number(index));
    else if (quoted !== undefined) segments.push(quoted.replaceAll(/\\(.)/gu, '$1'));
    else segments.push(`[${named ?? ''}]`);
    rest = rest.slice(whole.length);
  }
  return segments;
}

/** Writes a setting into a document, creating maps on the way; a text says why it cannot. */
export function applySetting(setting: Setting, document: SourceDocument): string | null {
  const position: Position = [setting.index, 1, SETTING_FILE];
  if (!isRecord(document.value)) document.value = {};
  let parent: unknown = document.value;
  let path = '';
  for (const [depth, segment] of setting.segments.entries()) {
    const last = depth === setting.segments.length - 1;
    const key = resolveSegment(parent, segment);
    if (key === null) return `${joinPath(path, segment)} is not there.`;
    path = joinPath(path, key);
    const holder = parent as Record<PathSegment, unknown>;
    if (last) {
      forget(document.source, path);
      if (setting.value === undefined && !Array.isArray(parent)) delete holder[key];
      else holder[key] = setting.value;
      if (setting.value !== undefined) {
        document.source.values[path] = position;
        document.source.keys[path] = position;
      }
      return null;
    }
    if (holder[key] === undefined) {
      holder[key] = typeof setting.segments[depth + 1] === 'number' ? [] : {};
      document.source.values[path] = position;
    }
    parent = holder[key];
    if (typeof parent !== 'object' || parent === null) return `${path} holds a single value, not fields.`;
  }
  return null;
}

/** The key or index that a segment means in its parent; null when a list has no such entry. */
function resolveSegment(parent: unknown, segment: PathSegment): PathSegment | null {
  if (!Array.isArray(parent)) return typeof segment === 'number' ? null : segment;
  if (typeof segment === 'number') return segment <= parent.length ? segment : null;
  const name = segment.replace(/^\[(.*)\]$/u, '$1');
  const index = parent.findIndex((item) => isRecord(item) && item['name'] === name);
  return index === -1 ? null : index;
}

/** Drops the places of a field and of all below it, which the setting replaces. */
function forget(source: SourceMap, path: string): void {
  for (const positions of [source.values, source.keys]) {
    for (const known of Object.keys(positions)) {
      if (known === path || known.startsWith(`${path}.`) || known.startsWith(`${path}[`))
        delete positions[known];
    }
  }
}
