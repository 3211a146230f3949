/**
 * What the workload's image holds: its modules as JavaScript, and where it has to bring its own, the running Node.js and
 * what exec hooks are made of, with the shared libraries that they name.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../command.ts';
import { EnvironmentError } from '../environment-error.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Name of each module that the program loads, with its JavaScript: all of them lie in this folder. */
export function workloadModules(): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  const open = ['main'];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (modules.has(`${name}.js`)) continue;
    const script = javaScriptOf(readFileSync(`${HERE}${name}${EXTENSION}`, 'utf8'));
    modules.set(`${name}.js`, script);
    for (const [, imported = ''] of script.matchAll(/\bfrom '(\.[^']*)'/gu)) {
      if (!/^\.\/[a-z-]+\.js$/u.test(imported))
        throw new Error(`the workload's ${name} imports ${imported}, which its image has not`);
      open.push(basename(imported, '.js'));
    }
  }
  return modules;
}

function javaScriptOf(source: string): string {
  if (EXTENSION === '.js') return source;
  return withoutTypes(source).replaceAll(/(\bfrom '\.[^']*)\.ts'/gu, "$1.js'");
}

/**
 * Node.js warns, once in a process, that this function may still change; who builds an image can do nothing about it. All
 * other warnings pass.
 */
function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (...words: unknown[]) => {
    if (!String(words[0]).startsWith('stripTypeScriptTypes ')) Reflect.apply(emitWarning, undefined, words);
  };
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** What the commands of exec hooks come down to; `kill` is the shell's own (R-SRV-7). */
const HOOK_PROGRAMS: readonly string[] = ['/bin/sh', '/bin/sleep'];

/** Files of this machine: the running Node.js first, then the other programs and all their libraries. @throws EnvironmentError */
export async function machinePrograms(): Promise<readonly string[]> {
  const programs = [process.execPath, ...HOOK_PROGRAMS];
  const libraries = await Promise.all(programs.map(sharedLibraries));
  return [...new Set([...programs, ...libraries.flat()])];
}

/** Paths of the shared libraries that a program needs, the loader among them. @throws EnvironmentError without ldd */
async function sharedLibraries(program: string): Promise<readonly string[]> {
  const ended = await runCommand('ldd', [program]);
  if (ended.exitCode !== 0)
    throw new EnvironmentError(
      ended.missing
        ? 'ldd is missing, which tells the libraries that a program needs: install libc-bin.'
        : `ldd ${program} failed: ${ended.stderr.trim()}`,
    );
  return librariesIn(ended.stdout);
}

/** @param text what ldd prints: `libm.so.6 => /lib/libm.so.6 (0x…)`, and the loader without an arrow */
export function librariesIn(text: string): readonly string[] {
  const missing = /^\s*(\S+) => not found/mu.exec(text);
  if (missing !== null)
    throw new EnvironmentError(`The library ${missing[1] ?? ''} of the workload’s image is not found.`);
  return [...text.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gmu)].map(([, path = '']) => path);
}
