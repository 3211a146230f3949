/** Writes a file so that it is there as a whole or not at all: whoever reads it meanwhile sees the old or the new one. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { ExitCode } from './exit-code.ts';

/** @throws CommandError when the place cannot be written to */
export function writeWholeFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(ExitCode.environment, `${path} cannot be written: ${reason}`);
  }
}
