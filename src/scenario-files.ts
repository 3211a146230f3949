/**
 * Reads a scenario's files from disk into memory. What cannot be read becomes an entry that says so; loading turns it
 * into a diagnostic. Reading never throws on what it finds, never waits on a device and never follows links in a circle.
 */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { normalizePath, type FileEntry, type ScenarioFiles } from './scenario/file-set.ts';
import { referencedPaths } from './scenario/referenced-paths.ts';

export const FILE_BYTES_MAX: number = 1024 * 1024;
const FOLDER_FILES_MAX = 1000;
const SCENARIO_FILE = 'scenario.yaml';
const BUNDLED = fileURLToPath(new URL('../scenarios/', import.meta.url));

/**
 * Reads the scenario that `name` means: a folder with scenario.yaml, such a file, or the bare name of a bundled one.
 * @param set settings that loading will get too; they may name other files
 */
export function readScenarioFiles(name: string, set: readonly string[] = []): ScenarioFiles {
  const { root, scenarioFile } = locate(name);
  const entries: Record<string, FileEntry> = {};
  const scenario = readEntry(join(root, scenarioFile));
  entries[scenarioFile] = scenario;
  const paths = scenario.kind === 'text' ? referencedPaths(scenario.text, set) : [];
  for (const path of paths) {
    const entry = readEntry(resolve(root, path));
    entries[path] = entry;
    if (entry.kind !== 'folder') continue;
    for (const file of entry.files)
      entries[normalizePath(`${path}/${file}`)] = readEntry(resolve(root, path, file));
  }
  return { root, scenarioFile, entries };
}

/** Reads bare manifest files and folders, for `lint` without a scenario; paths are kept as they were given. */
export function readManifestFiles(paths: readonly string[]): ScenarioFiles {
  const entries: Record<string, FileEntry> = {};
  for (const path of paths) {
    const normal = normalizePath(path);
    const entry = readEntry(resolve(path));
    entries[normal] = entry;
    if (entry.kind !== 'folder') continue;
    for (const file of entry.files) entries[`${normal}/${file}`] = readEntry(resolve(path, file));
  }
  return { root: '.', scenarioFile: '', entries };
}

/** Names of the scenarios that come with the program, sorted. */
export function bundledScenarios(): readonly string[] {
  const entry = readEntry(BUNDLED);
  if (entry.kind !== 'folder') return [];
  return entry.folders.filter((folder) => readEntry(join(BUNDLED, folder, SCENARIO_FILE)).kind === 'text');
}

/** Whether a scenario's folder is one of those that come with the program. */
export function isBundled(root: string): boolean {
  return resolve(root).startsWith(resolve(BUNDLED));
}

function locate(name: string): { root: string; scenarioFile: string } {
  const bare = /^[\w-]+$/u.test(name);
  const here = kindOf(name);
  if (bare && here === null && kindOf(join(BUNDLED, name)) === 'folder') {
    return { root: join(BUNDLED, name), scenarioFile: SCENARIO_FILE };
  }
  if (here === 'folder' || (here === null && !/\.(?:ya?ml|json)$/u.test(name))) {
    return { root: resolve(name), scenarioFile: SCENARIO_FILE };
  }
  return { root: dirname(resolve(name)), scenarioFile: basename(name) };
}

function kindOf(path: string): 'folder' | 'other' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other';
  } catch {
    return null;
  }
}

function readEntry(path: string): FileEntry {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return readFolder(path);
    if (!status.isFile()) return problem('not-a-file', 'it is a device, a pipe or a socket');
    if (status.size > FILE_BYTES_MAX) {
      return problem('too-large', `it holds ${status.size} bytes, and ${FILE_BYTES_MAX} are the limit`);
    }
    return decode(readFileSync(path));
  } catch (error) {
    return problemOf(error, path);
  }
}

function readFolder(path: string): FileEntry {
  const names = readdirSync(path).sort();
  if (names.length > FOLDER_FILES_MAX) {
    return problem(
      'too-large',
      `the folder holds ${names.length} entries, and ${FOLDER_FILES_MAX} are the limit`,
    );
  }
  const visible = names.filter((name) => !name.startsWith('.'));
  const folders = visible.filter((name) => kindOf(join(path, name)) === 'folder');
  const files = visible.filter((name) => /\.(?:ya?ml|json)$/iu.test(name) && !folders.includes(name));
  return { kind: 'folder', files, folders };
}

function decode(bytes: Uint8Array): FileEntry {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const position = bytes.findIndex(isControl);
    return position === -1
      ? { kind: 'text', text }
      : problem('binary', `it holds a control character at byte ${position}`);
  } catch {
    return problem('binary', 'it is not UTF-8 text');
  }
}

/** Whether a byte has no place in text: a control character other than tab and the ends of lines. */
function isControl(byte: number): boolean {
  return byte < 32 && byte !== 9 && byte !== 10 && byte !== 13;
}

function problemOf(error: unknown, path: string): FileEntry {
  const code = (error as { code?: string } | null)?.code ?? 'unknown error';
  if (code === 'ELOOP') return problem('symlink-loop', 'its symbolic links go in a circle');
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem('missing', isDanglingLink(path) ? 'it is a symbolic link to nothing' : 'no such file');
  }
  return problem('unreadable', code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code);
}

function isDanglingLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function problem(kind: (FileEntry & { kind: 'problem' })['problem'], detail: string): FileEntry {
  return { kind: 'problem', problem: kind, detail };
}
