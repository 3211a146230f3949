/** `sim tune` and `sim sweep`: settings that are searched, and settings that are all tried. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import type { Field } from '../predict/tune/field.ts';
import { sweep, sweepSize } from '../predict/tune/sweep.ts';
import { tune } from '../predict/tune/tune.ts';
import type { Tuning } from '../predict/tune/tuning.ts';
import { readVary } from '../predict/tune/vary.ts';
import { csvText } from '../report/csv.ts';
import { jsonText } from '../report/json.ts';
import { checkCommand, tuneText } from '../report/text-tune.ts';
import { patchCommand } from '../report/patch-text.ts';
import { varyProblemsText } from '../report/text-vary.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput, type ScenarioInput } from './scenario-input.ts';
import { writeWholeFile } from './write-file.ts';

interface SearchFlags {
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

/** @throws CommandError with everything that is wrong in the arguments */
function fieldsOf(vary: readonly string[], scenario: Scenario): readonly Field[] {
  const read = readVary(vary, scenario);
  if (read.ok) return read.fields;
  throw new CommandError(ExitCode.badInput, varyProblemsText(read.problems).trimEnd());
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
      fields: fieldsOf(flags.vary, scenario),
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
  const fields = fieldsOf(flags.vary, scenario);
  if (fields.length === 0)
    throw new CommandError(ExitCode.badInput, 'Nothing is varied: name a field, --vary maxSurge=1..5.');
  const points = sweepSize(fields);
  if (points > flags.pointsMax) {
    throw new CommandError(
      ExitCode.badInput,
      `These are ${points} combinations, more than ${flags.pointsMax}. Vary less, or allow them: --points-max ${points}.`,
    );
  }
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  try {
    const rows = await sweep(scenario, {
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
      flags.format === 'csv' ? csvText(rows) : jsonText({ schema: 'rollout-sim/sweep/v1', ...asked, rows });
    if (flags.out === undefined) context.print(text);
    else writeWholeFile(flags.out, text);
    return ExitCode.ok;
  } finally {
    context.progress.clear();
  }
}
