/** Runs another program and gives back how it ended, as data: what a failure means is for the caller to say. */
import { constants } from 'node:os';
import spawn, { SubprocessError } from 'nano-spawn';

export interface CommandOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads. */
  readonly input?: string;
  /** Aborting it ends the program with SIGTERM; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly folder?: string;
}

export interface CommandEnded {
  /** Null when there is no such program, or when it did not end by itself. */
  readonly exitCode: number | null;
  readonly missing: boolean;
  readonly timedOut: boolean;
  /** Without the last line's end. */
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandEnded> {
  options.signal?.throwIfAborted();
  let late = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const running = spawn(program, words, {
      stdin: options.input === undefined ? 'ignore' : { string: options.input },
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
    });
    // Node.js has an option for this, whose timer outlives a program that is missing and keeps the process waiting.
    if (options.timeoutMs !== undefined) {
      timer = setTimeout(() => {
        late = true;
        void running.nodeChildProcess.then(
          (child) => child.kill(),
          () => false,
        );
      }, options.timeoutMs);
    }
    const { stdout, stderr } = await running;
    return { exitCode: 0, missing: false, timedOut: false, stdout, stderr };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof SubprocessError)) throw error;
    return {
      exitCode: error.exitCode ?? null,
      missing: isMissing(error),
      timedOut: late && error.signalName !== undefined,
      stdout: error.stdout,
      stderr: error.stderr,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** What a program that failed has to say for itself, in one line. */
export function lastWords({ stdout, stderr, timedOut, exitCode }: CommandEnded): string {
  if (timedOut) return 'it took too long';
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => /\b(?:error|denied|failed|cannot|invalid|no space)\b/iu.test(line));
  return telling.at(-1) ?? lines.at(-1) ?? `it ended with code ${exitCode ?? constants.signals.SIGTERM}`;
}

function isMissing(error: SubprocessError): boolean {
  const cause = error.cause;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
