/** `sim verify --replays`: replays each scenario so often, one after another, and names the records and what failed. */
import { join } from 'node:path';
import { EnvironmentError } from '../harness/environment-error.ts';
import { asCommandError } from './as-command-error.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { makeFolder } from './make-folder.ts';
import { tellLeft, type ReplayEnd } from './replay-end.ts';
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

export interface Replays {
  /** Files of the records, whether they count or not. */
  readonly files: readonly string[];
  /** Scenarios that there is no record of, since a replay failed. */
  readonly unrecorded: readonly string[];
  /** What the command ends with once it has judged the rest; null: no replay failed. */
  readonly error: unknown;
}

/**
 * A scenario whose replay fails is left for the next one, which the cluster may bear; it ends with the last, or with a
 * failure that each further replay would meet too.
 * @param names of scenarios without errors
 * @throws CommandError when it is interrupted, or the folder cannot be made
 */
export async function replayAll(
  context: Context,
  names: readonly string[],
  flags: ReplaysFlags,
): Promise<Replays> {
  makeOutFolder(flags.out);
  const filesOf = new Map(names.map((name) => [name, [] as string[]]));
  const failures: Failed[] = [];
  for (const [name, files] of filesOf) {
    const failed = await replayOften(context, name, flags, files);
    if (failed === null) continue;
    failures.push(failed);
    const line = failed.error instanceof Error ? failed.error.message : String(failed.error);
    context.printError(`${failed.what.replace(/^r/u, 'R')} failed: ${line}\n`);
    if (failed.stops) break;
  }
  const unrecorded = names.filter((name) => filesOf.get(name)?.length === 0);
  return {
    files: [...filesOf.values()].flat(),
    unrecorded,
    error: failures.length === 0 ? null : errorOf(failures, unrecorded),
  };
}

interface Failed {
  /** `replay 2 of pod-kill`. */
  readonly what: string;
  readonly error: unknown;
  /** Whether every further replay would fail of it. */
  readonly stops: boolean;
}

/** Our own mistake, if there is one among them. */
function errorOf(failures: readonly Failed[], unrecorded: readonly string[]): unknown {
  const bug = failures.find(({ error }) => !(error instanceof CommandError));
  if (bug !== undefined) return bug.error;
  const failed = failures.map(({ what }) => what).join(', ');
  const without = unrecorded.length === 0 ? '' : ` There is no record of ${unrecorded.join(', ')}.`;
  return new CommandError(ExitCode.environment, `Not all was replayed: ${failed} failed.${without}`);
}

/** @param files takes the records. @returns the failure that ended it; null: none did */
async function replayOften(
  context: Context,
  name: string,
  flags: ReplaysFlags,
  files: string[],
): Promise<Failed | null> {
  // Once a rate has been found for a scenario, its other replays run at it.
  let { rate } = flags;
  for (let ordinal = 1; ordinal <= flags.replays; ordinal++) {
    const input = readScenario(name, flags.set);
    const title = input.scenario?.name ?? name;
    const out = join(flags.out, `${title}-${ordinal}.json`);
    const seed = flags.seed + ordinal - 1;
    const { file, found, failure } = await replayOnce(context, input, { ...flags, rate, seed, out });
    if (file !== null) files.push(file);
    if (failure !== null) return { what: `replay ${ordinal} of ${title}`, ...failure };
    if (rate === 'auto') rate = found ?? rate;
  }
  return null;
}

interface Once {
  /** Of its record; null: there was nothing to record. */
  readonly file: string | null;
  /** The rate at which it ran; null: its callers have none. */
  readonly found: number | null;
  readonly failure: Pick<Failed, 'error' | 'stops'> | null;
}

/** @throws CommandError when it is interrupted */
async function replayOnce(
  context: Context,
  input: ScenarioInput,
  flags: ReplaysFlags & { readonly out: string },
): Promise<Once> {
  if (input.scenario === null) throw new Error('only scenarios without errors are replayed');
  let end: ReplayEnd;
  try {
    end = await replayScenario(context, input, input.scenario, flags);
  } catch (error) {
    if (context.signal.aborted) throw error;
    // It had not begun: the cluster is not there, or the disk takes no record.
    const stops = error instanceof CommandError && error.exitCode === ExitCode.environment;
    return { file: null, found: null, failure: { error, stops } };
  }
  const left = tellLeft(context, end);
  if (context.signal.aborted) {
    const rest = left ? 'see above for what is left of the replay' : 'nothing of the replay is left running';
    throw new CommandError(ExitCode.interrupted, `Interrupted; ${rest}.`);
  }
  // What is left of a replay would be found by the next one.
  const error =
    end.failure?.error ?? (left ? new EnvironmentError('something of it is left, see above') : null);
  return {
    file: end.recordFile,
    found: end.peakRateRps,
    failure: error === null ? null : { error: asCommandError(error), stops: left },
  };
}

function makeOutFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new CommandError(ExitCode.environment, `${path} cannot be made: ${systemErrorText(error)}`);
  }
}
