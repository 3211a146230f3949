/** Ends a command with one line of explanation: the input or the environment is to blame, not the program. */
import type { ExitCode } from './exit-code.ts';

export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
