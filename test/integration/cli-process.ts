/** Runs the real `sim` program for tests. */
import { fileURLToPath } from 'node:url';
import spawn, { SubprocessError } from 'nano-spawn';

export const MAIN: string = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A failing exit code is a result like any other. */
export async function sim(
  words: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  try {
    const { stdout, stderr } = await spawn(process.execPath, [MAIN, ...words], options);
    return { exitCode: 0, signal: undefined, stdout, stderr };
  } catch (error) {
    if (!(error instanceof SubprocessError)) throw error;
    return { exitCode: error.exitCode, signal: error.signalName, stdout: error.stdout, stderr: error.stderr };
  }
}
