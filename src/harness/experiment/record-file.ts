/** Writes a record so that it is there as a whole or not at all, and says in one line when there is no room for it. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { RunRecord } from '../../record.ts';
import { EnvironmentError } from '../environment-error.ts';

/** Where the raw requests of a record stand: beside it. */
export function requestsFile(recordFile: string): string {
  return `${recordFile.replace(/\.json$/u, '')}.requests.ndjson.gz`;
}

/** @throws EnvironmentError when it cannot be written */
export function writeRecordFile(path: string, record: RunRecord): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    // On one line: laid out, every number of its series would stand on a line of its own.
    writeFileSync(draft, `${JSON.stringify(record)}\n`);
    renameSync(draft, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' ? 'the disk is full' : message;
    throw new EnvironmentError(`The record ${path} cannot be written: ${why}.`);
  } finally {
    rmSync(draft, { force: true });
  }
}
