/** Changes fields of one object and keeps an account of each change, for the record. */
import type { ManifestChange } from '../../record.ts';
import { formatPath, type PathSegment } from '../../scenario/source-map.ts';
import { isRecord } from '../../scenario/yaml-document.ts';
import type { RawObject } from './raw-objects.ts';

export class ObjectEditor {
  /** `kind/name`, as records and `--set` have it. */
  readonly object: string;
  readonly changes: ManifestChange[] = [];
  readonly #value: Record<string, unknown>;

  constructor(object: RawObject) {
    this.object = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    this.#value = structuredClone(object);
  }

  get value(): RawObject {
    return this.#value as unknown as RawObject;
  }

  get(path: readonly PathSegment[]): unknown {
    let value: unknown = this.#value;
    for (const segment of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Record<PathSegment, unknown>)[segment];
    }
    return value;
  }

  /** The fields of a map; of nothing, none. */
  map(path: readonly PathSegment[]): Readonly<Record<string, unknown>> {
    const value = this.get(path);
    return isRecord(value) ? value : {};
  }

  /** The items of a list; of nothing, none. */
  list(path: readonly PathSegment[]): readonly unknown[] {
    const value = this.get(path);
    return Array.isArray(value) ? value : [];
  }

  /** @param to undefined takes the field away; what is so already is no change */
  set(path: readonly PathSegment[], to: unknown, why: string): void {
    const from = this.get(path);
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    this.#write(path, to);
    this.changes.push({
      object: this.object,
      path: formatPath(path),
      from: from ?? null,
      to: to ?? null,
      why,
    });
  }

  /** Adds items to a list; the account names these alone. */
  append(path: readonly PathSegment[], items: readonly unknown[], why: string): void {
    const before = this.list(path);
    this.#write(path, [...before, ...items]);
    this.changes.push({
      object: this.object,
      path: `${formatPath(path)}[${before.length}…]`,
      from: null,
      to: items,
      why,
    });
  }

  #write(path: readonly PathSegment[], to: unknown): void {
    let holder = this.#value as Record<PathSegment, unknown>;
    for (const segment of path.slice(0, -1)) {
      const next = holder[segment];
      if (typeof next !== 'object' || next === null) holder[segment] = {};
      holder = holder[segment] as Record<PathSegment, unknown>;
    }
    const last = path.at(-1);
    if (last === undefined) throw new Error('an object is not replaced as a whole');
    if (to === undefined) delete holder[last];
    else holder[last] = to;
  }
}
