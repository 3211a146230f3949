/** Runs a program of the build; what it prints goes to a log file, and its end to whoever reads the failure. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { LOGS } from './build-folders.ts';
import { INTERRUPTED } from './interruption.ts';

const TAIL_LINES = 12;

export interface LoggedOptions {
  readonly log: string;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function loggedCommand(
  program: string,
  words: readonly string[],
  { log, folder, env }: LoggedOptions,
): Promise<void> {
  mkdirSync(LOGS, { recursive: true });
  const file = join(LOGS, `${log}.log`);
  const written = openSync(file, 'w');
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, words, {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', written, written],
        signal: INTERRUPTED,
      });
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        code === 0 ? resolve() : reject(new EnvironmentError(failure(program, code ?? signal, file))),
      );
    });
  } finally {
    closeSync(written);
  }
}

function failure(program: string, ending: number | string | null, file: string): string {
  const tail = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  return `${tail}\n${program} failed (${ending ?? 'unknown'}); all it printed is in ${file}.`;
}
