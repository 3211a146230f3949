/** `sim run`: the prediction. */
import { jsonText, predictionJson } from '../report/json.ts';
import { runText } from '../report/text-run.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { listScenarios } from './list-scenarios.ts';
import { predictScenario, type PredictFlags } from './predict-scenario.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';
import { refuseUnwritable } from './write-file.ts';
import { writeRecord } from './write-record.ts';

const LIST_SCHEMA = 'rollout-sim/scenarios/v1';

export interface RunFlags extends PredictFlags {
  readonly set: readonly string[];
  readonly json?: true | undefined;
  readonly check?: true | undefined;
  readonly list?: true | undefined;
  /** Where the first run's record goes. */
  readonly record?: string | undefined;
}

export async function run(context: Context, name: string | undefined, flags: RunFlags): Promise<ExitCode> {
  if (flags.list === true) {
    if (name !== undefined)
      throw new CommandError(
        ExitCode.badInput,
        `--list lists all scenarios; ${name} has no meaning beside it.`,
      );
    const { entries, text } = listScenarios();
    context.print(flags.json === true ? jsonText({ schema: LIST_SCHEMA, scenarios: entries }) : text);
    return ExitCode.ok;
  }
  if (name === undefined) {
    throw new CommandError(
      ExitCode.badInput,
      'Which scenario? Name a folder, a file or a bundled one; sim run --list shows those.',
    );
  }
  const json = flags.json === true;
  const input = readScenario(name, flags.set);
  const { scenario, sources } = input;
  if (scenario === null) return reportBadInput(context, input, json);
  if (flags.record !== undefined) refuseUnwritable(flags.record);
  const result = await predictScenario(context, scenario, input.reload, flags);
  context.print(
    json ? predictionJson(result.prediction) : runText({ scenario, result, sources, style: context.style }),
  );
  if (flags.record !== undefined) writeRecord(context, scenario, flags.record, flags);
  const unmet = result.prediction.expectations.some(({ met }) => !met);
  return flags.check === true && unmet ? ExitCode.expectationNotMet : ExitCode.ok;
}
