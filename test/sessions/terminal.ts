/** A real terminal with a program in it: keys go in, the screen is read as a person sees it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm, { type Terminal as Emulator } from '@xterm/headless';

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly words: readonly string[];
  /** Node.js unless it is said. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 120_000;
const QUIET_MS = 400;

export class Terminal {
  readonly #emulator: Emulator;
  readonly #program: ReturnType<typeof spawn>;
  readonly #ended: Promise<number>;
  #hasEnded = false;
  /** Everything that the program wrote. */
  output = '';

  constructor({ columns, rows, words, program = process.execPath, env = {} }: TerminalOptions) {
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const { NO_COLOR: _, CI: __, ...inherited } = process.env as Record<string, string>;
    this.#program = spawn(program, [...words], {
      cols: columns,
      rows,
      env: { ...inherited, TERM: 'xterm-256color', FORCE_COLOR: '1', ...env },
    });
    this.#program.onData((data) => {
      this.output += data;
      this.#emulator.write(data);
    });
    this.#ended = new Promise((resolve) => {
      this.#program.onExit(({ exitCode }) => {
        this.#hasEnded = true;
        resolve(exitCode);
      });
    });
  }

  /** The screen's lines, without blanks at their ends. */
  screen(): string {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    ).join('\n');
  }

  get emulator(): Emulator {
    return this.#emulator;
  }

  get onAlternateScreen(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  type(keys: string): void {
    this.#program.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#program.resize(columns, rows);
  }

  kill(signal: string): void {
    this.#program.kill(signal);
  }

  /** Waits until the screen shows what is looked for. @throws with the screen when it never does */
  async waitFor(wanted: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const isLast = this.#hasEnded || Date.now() > deadline;
      await this.#painted();
      const screen = this.screen();
      if (wanted.test(screen)) return screen;
      if (isLast) throw new Error(`${String(wanted)} never showed:\n${screen}`);
      await sleep(20);
    }
  }

  /** Waits until the screen has not changed for a while. */
  async settled(): Promise<void> {
    for (let before = ''; before !== this.output;) {
      before = this.output;
      await sleep(QUIET_MS);
    }
  }

  /** Its last words are on the screen by then. */
  async exitCode(): Promise<number> {
    const code = await this.#ended;
    await this.#painted();
    return code;
  }

  /** The emulator takes in what is written to it a little later. */
  async #painted(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#emulator.write('', resolve);
    });
  }

  close(): void {
    if (!this.#hasEnded) this.#program.kill('SIGKILL');
    this.#emulator.dispose();
  }
}
