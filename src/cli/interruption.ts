/** What ends a command before its time, so that it still cleans up: signals, and a reader who has gone. */
import { ExitCode } from './exit-code.ts';

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
  readonly #listeners: readonly (readonly [Ending, () => void])[];

  constructor() {
    this.#listeners = (Object.keys(CODES) as Ending[]).map((name) => [name, () => this.#received(name)]);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
    for (const stream of [process.stdout, process.stderr])
      stream.on('error', (error: NodeJS.ErrnoException) => this.#unwritten(error));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What an interrupted program ends with; null: nothing has interrupted it. */
  get exitCode(): ExitCode | null {
    return this.#exitCode;
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

  #unwritten(error: NodeJS.ErrnoException): void {
    // A terminal that has closed takes nothing more; its signal says what is to be done.
    if (error.code === 'EIO') return;
    if (error.code !== 'EPIPE') throw error;
    // `sim … | head`: the reader has gone, and that is no failure.
    if (this.#exitCode === null) this.#end(ExitCode.ok);
  }

  #end(exitCode: ExitCode): void {
    this.#exitCode = exitCode;
    this.#controller.abort();
  }
}
