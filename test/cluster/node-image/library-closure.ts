/**
 * Copies programs out of a root file system together with every library that they load, so that the copy can run them by itself.
 */
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../src/harness/command.ts';

/** Debian's layout: the short names are links. */
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

/** @param programs absolute paths inside of `root`; plug-ins that are opened at run time count as programs */
export async function copyWithLibraries(
  root: string,
  destination: string,
  programs: readonly string[],
): Promise<void> {
  for (const folder of MERGED) {
    mkdirSync(join(destination, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(destination, folder));
  }
  mkdirSync(join(destination, 'tmp'));
  // ldd ends with an error when one of many is static; what it printed is right all the same.
  const { stdout: linked } = await runCommand('chroot', [root, 'ldd', ...programs]);
  const libraries = linked
    .split('\n')
    .flatMap((line) => /^\t(?:\S+ => )?(\/\S+) \(0x/u.exec(line)?.[1] ?? []);
  const paths = [...new Set([...programs, ...libraries])];
  const { stdout } = await runCommand('chroot', [root, 'readlink', '-f', ...paths]);
  const real = stdout.split('\n');
  for (const [index, path] of paths.entries()) copy(root, destination, path, real[index] ?? path);
}

/** The file under its true name, and the name it was asked by as a link to it. */
function copy(root: string, destination: string, path: string, real: string): void {
  const target = join(destination, real);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) cpSync(join(root, real), target, { preserveTimestamps: true });
  const named = join(destination, path);
  mkdirSync(dirname(named), { recursive: true });
  if (!existsSync(named) && lstatSync(named, { throwIfNoEntry: false }) === undefined)
    symlinkSync(real, named);
}

/** Absolute paths inside of `root` of the files of a folder there that end so. */
export function filesIn(root: string, folder: string, ending: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}
