/**
 * The raw requests of a replay, beside its record: gzip-compressed lines of JSON, first the names of the columns, then
 * one array for each request in order of their ends.
 */
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { MeasuredRequest } from '../load.ts';

const COLUMNS = [
  'arrivedMs',
  'sentMs',
  'endedMs',
  'outcome',
  'connection',
  'client',
  'node',
  'pod',
  'attempts',
] as const satisfies readonly (keyof MeasuredRequest)[];

/** Lines are gathered up to this many characters before they are compressed. */
const CHUNK = 64 * 1024;

/**
 * The file is there as a whole or not at all.
 * @param each is called for every request, whether or not it can be written
 * @throws what the file system says, such as ENOSPC
 */
export async function writeRequests(
  path: string,
  requests: Iterable<MeasuredRequest>,
  each: (request: MeasuredRequest) => void,
): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeDraft(draft, requests, each);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function writeDraft(
  path: string,
  requests: Iterable<MeasuredRequest>,
  each: (request: MeasuredRequest) => void,
): Promise<void> {
  // The requests are many and much alike: the quickest level is small enough.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const file = createWriteStream(path);
  const written = finished(file);
  // A failure is thrown where it is waited for, not into the void.
  written.catch(() => undefined);
  file.on('error', (error) => gzip.destroy(error));
  gzip.on('error', () => undefined);
  gzip.pipe(file);
  let text = `${JSON.stringify(COLUMNS)}\n`;
  for (const request of requests) {
    each(request);
    if (gzip.destroyed) continue;
    text += `${JSON.stringify(COLUMNS.map((column) => valueOf(request, column)))}\n`;
    if (text.length < CHUNK) continue;
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), written]).catch(() => undefined);
    text = '';
  }
  if (!gzip.destroyed) gzip.end(text);
  await written;
}

/** Microseconds are more than any clock here is good for. */
function valueOf(request: MeasuredRequest, column: (typeof COLUMNS)[number]): string | number | null {
  const value = request[column];
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
