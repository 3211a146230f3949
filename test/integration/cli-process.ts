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

export interface SimOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly preload?: URL;
}

export interface InterruptionOptions extends SimOptions {
  /** SIGINT unless given: Ctrl-C. */
  readonly signal?: NodeJS.Signals;
  /** It is sent once more when this has been written. */
  readonly again?: RegExp;
}

/**
 * Runs it until what it has written to standard error fits, and presses Ctrl-C then, once.
 * @returns how it ended, and how long after its last words there
 */
export async function interruptedSim(
  words: readonly string[],
  written: RegExp,
  { signal = 'SIGINT', again, ...options }: InterruptionOptions = {},
): Promise<Ended & { readonly lingeredMs: number }> {
  const running = spawnSim(words, options);
  const ended = endOf(running);
  const child = await running.nodeChildProcess;
  let text = '';
  const awaited = again === undefined ? [written] : [written, again];
  let lastWordsMs = performance.now();
  child.stderr?.on('data', (chunk: unknown) => {
    text += String(chunk);
    lastWordsMs = performance.now();
    if (awaited[0]?.test(text) !== true) return;
    awaited.shift();
    child.kill(signal);
  });
  return { ...(await ended), lingeredMs: performance.now() - lastWordsMs };
}

/** A failing exit code is a result like any other. */
export async function sim(words: readonly string[], options: SimOptions = {}): Promise<Ended> {
  return endOf(spawnSim(words, options));
}

function spawnSim(words: readonly string[], { preload, ...options }: SimOptions): ReturnType<typeof spawn> {
  const first = preload === undefined ? [] : ['--import', preload.href];
  return spawn(process.execPath, [...first, MAIN, ...words], options);
}

async function endOf(running: ReturnType<typeof spawn>): Promise<Ended> {
  try {
    const { stdout, stderr } = await running;
    return { exitCode: 0, signal: undefined, stdout, stderr };
  } catch (error) {
    if (!(error instanceof SubprocessError)) throw error;
    return { exitCode: error.exitCode, signal: error.signalName, stdout: error.stdout, stderr: error.stderr };
  }
}
