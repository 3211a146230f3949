/** Runs one command line from start to exit code; every way in which it can end is here. */
import { CommanderError } from 'commander';
import type { Context } from './context.ts';
import { CommandError } from './command-error.ts';
import { buildCommands } from './commands.ts';
import { ExitCode } from './exit-code.ts';
import { Interruption } from './interruption.ts';
import { progressLine } from './progress.ts';
import { styleFor } from './terminal-style.ts';

/** @param words without the program's own name */
export async function runProgram(words: readonly string[]): Promise<ExitCode> {
  const interruption = new Interruption();
  const context = contextFor(interruption.signal);
  let exitCode: ExitCode = ExitCode.ok;
  const program = buildCommands(async (command) => {
    exitCode = await command(context);
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    context.progress.clear();
    exitCode = interruption.signal.aborted
      ? interrupted(error, interruption, context)
      : explain(error, context);
  } finally {
    await written();
    interruption.close();
  }
  if (interruption.problem !== null) {
    context.printError(`${interruption.problem}\n`);
    return ExitCode.environment;
  }
  return exitCode === ExitCode.interrupted ? (interruption.exitCode ?? exitCode) : exitCode;
}

/** Resolves once everything printed is written, or is known never to be. */
async function written(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.write('', () => resolve());
  });
}

function contextFor(signal: AbortSignal): Context {
  return {
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    style: styleFor(process.stdout, process.env),
    errorStyle: styleFor(process.stderr, process.env),
    progress: progressLine(process.stderr, process.env),
    signal,
    trace: { seed: null, digest: null },
  };
}

/** What went wrong besides, above all with the clean-up, is told; that it was interrupted is told in one line. */
function interrupted(error: unknown, { problem }: Interruption, context: Context): ExitCode {
  const isOwn = error instanceof Error && (error === context.signal.reason || error.name === 'AbortError');
  if (!isOwn) explain(error, context);
  else if (problem === null) context.printError('Interrupted.\n');
  return ExitCode.interrupted;
}

function explain(error: unknown, { printError, trace }: Context): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed its own message; help and version end with code 0.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.badInput;
  }
  if (error instanceof CommandError) {
    printError(`${error.message}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const seed = trace.seed === null ? '' : `, seed ${trace.seed}`;
  const digest = trace.digest === null ? '' : `, scenario ${trace.digest}`;
  printError(`sim: a bug in the simulator: ${message}${seed}${digest}; DEBUG=1 shows the stack\n`);
  if (process.env['DEBUG'] !== undefined && error instanceof Error) printError(`${error.stack ?? ''}\n`);
  return ExitCode.bug;
}
