/** `sim tune` and `sim sweep`: settings that are searched, and settings that are all tried. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import { sweep, sweepSize, type SweepResult } from '../predict/tune/sweep.ts';
import { tune } from '../predict/tune/tune.ts';
import type { Tuning } from '../predict/tune/tuning.ts';
import { csvText } from '../report/csv.ts';
import { jsonText } from '../report/json.ts';
import { checkCommand, tuneText } from '../report/text-tune.ts';
import { patchCommand } from '../report/patch-text.ts';
import { loadScenario } from '../scenario/load.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput, type ScenarioInput } from './scenario-input.ts';
import { readFields } from './vary-input.ts';
import { refuseUnwritable, writeWholeFile } from './write-file.ts';

const SWEEP_SCHEMA = 'rollout-sim/sweep/v1';

export interface SearchFlags {
  readonly vary: readonly string[];
  readonly set: readonly string[];
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
}

export interface TuneFlags extends SearchFlags {
  readonly runsMax: number;
  readonly json?: true | undefined;
}

export interface SweepFlags extends SearchFlags {
  readonly runs: number;
  readonly pointsMax: number;
  readonly format: 'csv' | 'json';
  readonly out?: string | undefined;
}

/** What a search and a sweep have in common. */
function shared(context: Context, input: ScenarioInput, flags: SearchFlags) {
  return {
    load: (further: readonly string[]) => loadScenario(input.files, { set: [...flags.set, ...further] }),
    seed: flags.seed,
    engine: flags.engine,
    workers: flags.workers ?? availableParallelism(),
    signal: context.signal,
    pause: async () => setImmediate(),
  };
}

export async function tuneScenario(context: Context, name: string, flags: TuneFlags): Promise<ExitCode> {
  const input = readScenario(name, flags.set);
  const { scenario } = input;
  if (scenario === null) return reportBadInput(context, input, flags.json === true);
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  try {
    const tuning = await tune(scenario, {
      ...shared(context, input, flags),
      fields: readFields(context, scenario, input, flags),
      runsMax: flags.runsMax,
      clock: () => performance.now(),
      version: programVersion(),
      onProgress: ({ stage, runs, configurations }) => {
        context.progress.show(`${stage}: ${runs} runs, ${configurations} combinations`);
      },
    });
    context.progress.clear();
    context.print(
      flags.json === true
        ? jsonText({ ...tuning, commands: commandsOf(tuning, name, flags.set) })
        : tuneText({
            scenario,
            tuning,
            sources: input.sources,
            name,
            given: flags.set,
            style: context.style,
          }),
    );
    return tuning.choice === null ? ExitCode.expectationNotMet : ExitCode.ok;
  } finally {
    context.progress.clear();
  }
}

/** What to type to make the choice and to check it; null without one. */
function commandsOf({ choice }: Tuning, name: string, given: readonly string[]) {
  if (choice === null) return null;
  return { patch: choice.patches.map(patchCommand), check: checkCommand(choice, { name, given }) };
}

export async function sweepScenario(context: Context, name: string, flags: SweepFlags): Promise<ExitCode> {
  const input = readScenario(name, flags.set);
  const { scenario } = input;
  if (scenario === null) return reportBadInput(context, input, flags.format === 'json');
  const fields = readFields(context, scenario, input, flags);
  if (fields.length === 0)
    throw new CommandError(ExitCode.badInput, 'Nothing is varied: name a field, --vary maxSurge=1..5.');
  const points = sweepSize(fields);
  if (points > flags.pointsMax) {
    throw new CommandError(
      ExitCode.badInput,
      `These are ${points} combinations, more than ${flags.pointsMax}. Vary less, or allow them: --points-max ${points}.`,
    );
  }
  if (flags.out !== undefined) refuseUnwritable(flags.out);
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  try {
    const result = await sweep(scenario, {
      ...shared(context, input, flags),
      fields,
      runs: flags.runs,
      onRun: (done, total) => {
        context.progress.show(`simulating: ${done} of ${total} runs`);
      },
    });
    context.progress.clear();
    const asked = { scenario: { name: scenario.name, digest: scenario.digest }, seed: flags.seed };
    const text =
      flags.format === 'csv' ? csvText(result.rows) : jsonText({ schema: SWEEP_SCHEMA, ...asked, ...result });
    if (flags.out === undefined) context.print(text);
    else writeWholeFile(flags.out, text);
    if (flags.format === 'csv') context.printError(sweepNotes(result));
    return ExitCode.ok;
  } finally {
    context.progress.clear();
  }
}

/** What the table does not say of itself. */
function sweepNotes({ rows, refused, refusal, graceSecondsMost }: SweepResult): string {
  const notes = [
    ...(refused > 0
      ? [`${refused} of ${rows.length} combinations cannot be applied and have no figures: ${refusal ?? ''}`]
      : []),
    ...(graceSecondsMost !== null
      ? [`terminationGracePeriodSeconds is raised where the sleep needs it, up to ${graceSecondsMost}.`]
      : []),
  ];
  return notes.map((note) => `${note}\n`).join('');
}
