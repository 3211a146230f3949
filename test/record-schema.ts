/** Holds a record to its schema, and to having nothing besides: what is written is described. */
import * as z from 'zod';
import { recordSchema } from '../src/record-schema.ts';

/** @returns what of it is not as described, as text; empty when all is */
export function recordProblems(record: unknown): string {
  const written = JSON.parse(JSON.stringify(record)) as unknown;
  const { data, error } = recordSchema.safeParse(written);
  return error === undefined ? undescribed(written, data, '').join('\n') : z.prettifyError(error);
}

/** @param described what the schema leaves of it */
function undescribed(written: unknown, described: unknown, path: string): readonly string[] {
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([key, value]) => {
    const at = `${path}/${key}`;
    const kept = described as Readonly<Record<string, unknown>>;
    return Object.hasOwn(kept, key) ? undescribed(value, kept[key], at) : [`${at} is not described`];
  });
}
