/** What a command may touch of the outside world, and what is to be told about it should the program break. */
import type { Style } from '../report/style.ts';
import type { ProgressLine } from './progress.ts';

export interface Context {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** For what goes to standard output and to standard error. */
  readonly style: Style;
  readonly errorStyle: Style;
  readonly progress: ProgressLine;
  /** Aborted by Ctrl-C, and by the other signals that end a program. */
  readonly signal: AbortSignal;
  /** Seed and scenario that are being worked on. */
  readonly trace: { seed: number | null; digest: string | null };
}
