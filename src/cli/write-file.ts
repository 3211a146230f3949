/** Writes a file so that it is there as a whole or not at all: whoever reads it meanwhile sees the old or the new one. */
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from './command-error.ts';
import { ExitCode } from './exit-code.ts';
import { systemErrorText } from './system-error-text.ts';

/** @throws CommandError when the place cannot be written to */
export function writeWholeFile(path: string, text: string): void {
  if (isDevice(path)) {
    // A device or a pipe takes the text itself; a file in its place would take the device away.
    attempt(path, () => {
      writeFileSync(path, text);
    });
    return;
  }
  const draft = `${path}.${process.pid}.tmp`;
  attempt(path, () => {
    try {
      writeFileSync(draft, text);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

/** Tells before long work, not after it, that its result could not be kept. @throws CommandError */
export function refuseUnwritable(path: string): void {
  attempt(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
    accessSync(path === '' || isDevice(path) ? path : `${dirname(path)}/.`, constants.W_OK);
  });
}

/** For what is kept as a file and read again: one that is renamed into a device's place would take it away. @throws CommandError */
export function refuseIrregular(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new CommandError(ExitCode.badInput, `${path} is no regular file, and a record is kept as one.`);
}

function isDevice(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status !== undefined && !status.isFile() && !status.isDirectory();
}

function attempt(path: string, work: () => void): void {
  const subject = path === '' ? 'A file without a name' : path;
  try {
    work();
  } catch (error) {
    throw new CommandError(ExitCode.environment, `${subject} cannot be written: ${systemErrorText(error)}`);
  }
}
