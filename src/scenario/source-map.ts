/**
 * Where each field of a document stands. Paths are written as `--set` takes them:
 * `spec.template.spec.containers[0].image`, `metadata.annotations["example.com/x"]`.
 */
import type { SourceLocation } from './diagnostic.ts';
import type { Manifest } from './scenario.ts';

/** Line and column from 1; the file stands only where it is not the document's own, as for a value from `--set`. */
export type Position = readonly [line: number, column: number, file?: string];

export interface SourceMap {
  readonly file: string;
  /** Of scalars the value's place, of maps and lists that of their key. The empty path is the document. */
  readonly values: Record<string, Position>;
  /** Of each key its own place. */
  readonly keys: Record<string, Position>;
}

export type PathSegment = string | number;

export function joinPath(base: string, segment: PathSegment): string {
  if (typeof segment === 'number') return `${base}[${segment}]`;
  if (!/^[\w$/-]+$/u.test(segment)) return `${base}[${JSON.stringify(segment)}]`;
  return base === '' ? segment : `${base}.${segment}`;
}

export function formatPath(segments: readonly PathSegment[]): string {
  return segments.reduce<string>(joinPath, '');
}

/** The path without its last segment; null for the empty path. */
export function parentPath(path: string): string | null {
  if (path === '') return null;
  if (path.endsWith('"]')) return path.slice(0, Math.max(0, path.lastIndexOf('["')));
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')));
}

/** The place of a field of a manifest, or of its nearest ancestor that the file mentions (a default has no line). */
export function locateField(manifest: Pick<Manifest, 'file' | 'lines'>, path: string): SourceLocation {
  return locateIn(manifest.file, manifest.lines, path);
}

export function locateValue(source: SourceMap, path: string): SourceLocation {
  return locateIn(source.file, source.values, path);
}

export function locateKey(source: SourceMap, path: string): SourceLocation {
  const position = Object.hasOwn(source.keys, path) ? source.keys[path] : undefined;
  return position === undefined ? locateValue(source, path) : toLocation(source.file, position);
}

function locateIn(file: string, positions: Readonly<Record<string, Position>>, path: string): SourceLocation {
  for (let at: string | null = path; at !== null; at = parentPath(at)) {
    const position = Object.hasOwn(positions, at) ? positions[at] : undefined;
    if (position !== undefined) return toLocation(file, position);
  }
  return { file, line: 1, column: 1 };
}

function toLocation(file: string, position: Position): SourceLocation {
  const [line, column, ownFile] = position;
  return { file: ownFile ?? file, line, column };
}

/** The places of the fields below a path, as if what stands there were a document of its own. */
export function subMap(source: SourceMap, path: string): SourceMap {
  return {
    file: source.file,
    values: positionsBelow(source.values, path),
    keys: positionsBelow(source.keys, path),
  };
}

function positionsBelow(positions: SourceMap['values'], path: string): SourceMap['values'] {
  const below: Record<string, Position> = {};
  for (const [key, position] of Object.entries(positions)) {
    if (key === path) below[''] = position;
    else if (key.startsWith(`${path}.`)) below[key.slice(path.length + 1)] = position;
    else if (key.startsWith(`${path}[`)) below[key.slice(path.length)] = position;
  }
  return below;
}
