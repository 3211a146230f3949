/** `sim tui`: the terminal UI. The screen itself is imported only once there is a terminal for it. */
import { availableParallelism } from 'node:os';
import type { EngineChoice } from '../model/data-plane.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario } from './scenario-input.ts';
import { scenarioSource } from './tui-source.ts';

export interface TuiFlags {
  readonly set: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
}

export async function tui(context: Context, name: string | undefined, flags: TuiFlags): Promise<ExitCode> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    const scenario = name ?? 'black-friday';
    throw new CommandError(
      ExitCode.environment,
      `sim tui needs a terminal; sim run ${scenario} prints the same prediction without one.`,
    );
  }
  // A wrong name is told before the screen changes.
  if (name !== undefined) readScenario(name, flags.set);
  context.trace.seed = flags.seed;
  // What paints the screen has a slow build for finding mistakes in its use, and takes that one unless told otherwise.
  process.env['NODE_ENV'] ??= 'production';
  const { startTerminalUi } = await import('../tui/start.tsx');
  const ended = await startTerminalUi({
    source: scenarioSource(name, flags.set),
    scenario: name ?? null,
    runs: flags.runs,
    seed: flags.seed,
    engine: flags.engine,
    workers: flags.workers ?? availableParallelism(),
    coloured: isColoured(process.env),
    signal: context.signal,
  });
  return ended === 'interrupted' ? ExitCode.interrupted : ExitCode.ok;
}

function isColoured({ NO_COLOR: noColor, TERM: term }: NodeJS.ProcessEnv): boolean {
  return (noColor === undefined || noColor === '') && term !== 'dumb';
}
