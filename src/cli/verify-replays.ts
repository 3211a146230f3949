/** `sim verify --replays`: replays each scenario so often, one after another, and names the records. */
import { join } from 'node:path';
import { asCommandError } from './as-command-error.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { makeFolder } from './make-folder.ts';
import { tellLeft } from './replay-end.ts';
import { replayScenario } from './replay.ts';
import { readScenario, type ScenarioInput } from './scenario-input.ts';
import { systemErrorText } from './system-error-text.ts';

export interface ReplaysFlags {
  readonly replays: number;
  readonly rate?: number | 'auto' | undefined;
  readonly baseline: number;
  readonly cluster?: string | undefined;
  readonly out: string;
  readonly set: readonly string[];
  readonly seed: number;
}

/**
 * @param names of scenarios without errors
 * @returns the files of the records, whether they count or not
 * @throws CommandError for what ends a replay early: the records until then stand in the folder
 */
export async function replayAll(
  context: Context,
  names: readonly string[],
  flags: ReplaysFlags,
): Promise<readonly string[]> {
  makeOutFolder(flags.out);
  const files: string[] = [];
  for (const name of names) {
    // Once a rate has been found for a scenario, its other replays run at it.
    let { rate } = flags;
    for (let ordinal = 1; ordinal <= flags.replays; ordinal++) {
      const input = readScenario(name, flags.set);
      const out = join(flags.out, `${input.scenario?.name ?? name}-${ordinal}.json`);
      const found = await replayOnce(context, input, { ...flags, rate, seed: flags.seed + ordinal - 1, out });
      if (rate === 'auto') rate = found ?? rate;
      files.push(out);
    }
  }
  return files;
}

/** @returns the rate at which it ran; null: its callers have none */
async function replayOnce(
  context: Context,
  input: ScenarioInput,
  flags: ReplaysFlags & { readonly out: string },
): Promise<number | null> {
  if (input.scenario === null) throw new Error('only scenarios without errors are replayed');
  const end = await replayScenario(context, input, input.scenario, flags);
  const left = tellLeft(context, end);
  if (context.signal.aborted) {
    const rest = left ? 'see above for what is left of the replay' : 'nothing of the replay is left running';
    throw new CommandError(ExitCode.interrupted, `Interrupted; ${rest}.`);
  }
  if (end.failure !== null) throw asCommandError(end.failure.error);
  if (left)
    throw new CommandError(
      ExitCode.environment,
      'No further replay: it would find what is left of this one.',
    );
  return end.peakRateRps;
}

function makeOutFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new CommandError(ExitCode.environment, `${path} cannot be made: ${systemErrorText(error)}`);
  }
}
