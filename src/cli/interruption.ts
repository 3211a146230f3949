/** What ends a command before its time, so that it still cleans up: signals, and output that nobody takes. */
import { ExitCode } from './exit-code.ts';
import { systemErrorText } from './system-error-text.ts';

/** Ctrl-C; what a service manager, `timeout` and a CI job that is cancelled send; a terminal that closes. */
const CODES = {
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
  SIGHUP: ExitCode.hungUp,
} as const;

type Ending = keyof typeof CODES;

export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: ExitCode | null = null;
  #problem: string | null = null;
  readonly #listeners: readonly (readonly [Ending, () => void])[];

  constructor() {
    this.#listeners = (Object.keys(CODES) as Ending[]).map((name) => [name, () => this.#received(name)]);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#unwritten(error, 'output'));
    process.stderr.on('error', (error: NodeJS.ErrnoException) => this.#unwritten(error, 'messages'));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What an interrupted program ends with; null: nothing has interrupted it. */
  get exitCode(): ExitCode | null {
    return this.#exitCode;
  }

  /** Why the output could not be written; null: it could, or its reader has gone. */
  get problem(): string | null {
    return this.#problem;
  }

  /** From here on a signal ends the process. */
  close(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #received(name: Ending): void {
    // A second one does not wait for anything.
    if (this.#exitCode !== null) process.exit(CODES[name]);
    this.#end(CODES[name]);
  }

  #unwritten(error: NodeJS.ErrnoException, what: 'output' | 'messages'): void {
    // A terminal that has closed takes nothing more; its signal says what is to be done.
    if (error.code === 'EIO') return;
    if (error.code === 'EPIPE') {
      // `sim … | head`: the reader has gone, and that is no failure.
      if (this.#exitCode === null) this.#end(ExitCode.ok);
      return;
    }
    // Messages that are lost change nothing of what is printed, or of how the command ends.
    if (what === 'messages' || this.#problem !== null) return;
    this.#problem = `The output cannot be written: ${systemErrorText(error)}`;
    if (this.#exitCode === null) this.#end(ExitCode.environment);
  }

  #end(exitCode: ExitCode): void {
    this.#exitCode = exitCode;
    this.#controller.abort();
  }
}
