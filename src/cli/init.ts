/** `sim init`: a new scenario that loads and runs as it is. */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { shellQuoted } from '../report/shell-quoted.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { templateFiles } from './init-template.ts';
import { makeFolder } from './make-folder.ts';
import { systemErrorText } from './system-error-text.ts';

const FALLBACK_NAME = 'my-service';

export async function init(context: Context, folder: string): Promise<ExitCode> {
  const root = resolve(folder);
  refuseOccupied(root, folder);
  const files = templateFiles(nameFrom(basename(root)));
  try {
    for (const { path, text } of files) {
      const target = join(root, path);
      makeFolder(dirname(target));
      writeFileSync(target, text, { flag: 'wx' });
    }
  } catch (error) {
    throw new CommandError(ExitCode.environment, `${folder} cannot be written: ${systemErrorText(error)}`);
  }
  const written = files.map(({ path }) => `  ${join(folder, path)}`).join('\n');
  context.print(`Wrote\n${written}\n\nNext: put your manifests in, then sim run ${pathArgument(folder)}\n`);
  return ExitCode.ok;
}

function refuseOccupied(root: string, folder: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(root);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    const what =
      codeOf(error) === 'ENOTDIR' ? 'is not a folder' : `cannot be read: ${systemErrorText(error)}`;
    throw new CommandError(ExitCode.badInput, `${folder} ${what}.`);
  }
  if (names.length > 0) {
    throw new CommandError(
      ExitCode.badInput,
      `${folder} is not empty; nothing was written. Name another folder.`,
    );
  }
}

/** The folder's name as a Kubernetes name (RFC 1123, at most 40 characters). */
function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 40)
    .replaceAll(/^[^a-z]+|-+$/gu, '');
  return name === '' ? FALLBACK_NAME : name;
}

/** A bare word could mean a bundled scenario, so a path says that it is one. */
function pathArgument(folder: string): string {
  return shellQuoted(folder.includes('/') ? folder : `./${folder}`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}
