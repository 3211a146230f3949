/** `sim explain`: why requests fail, line by line, and one failed request's story. */
import { simulate } from '../model/simulate.ts';
import { jsonText } from '../report/json.ts';
import { plural } from '../report/numbers.ts';
import { storyText } from '../report/story-text.ts';
import { explainText } from '../report/text-explain.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { predictScenario, type PredictFlags } from './predict-scenario.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';

const EXPLANATION_SCHEMA = 'rollout-sim/explanation/v1';
const REQUEST_SCHEMA = 'rollout-sim/request/v1';

export interface ExplainFlags extends PredictFlags {
  readonly set: readonly string[];
  readonly request?: number | undefined;
  readonly json?: true | undefined;
}

export async function explain(context: Context, name: string, flags: ExplainFlags): Promise<ExitCode> {
  const json = flags.json === true;
  const input = readScenario(name, flags.set);
  const { scenario, sources } = input;
  if (scenario === null) return reportBadInput(context, input, json);
  if (flags.request !== undefined) {
    tellRequest(context, scenario, flags.request, flags);
    return ExitCode.ok;
  }
  const result = await predictScenario(context, scenario, input.reload, flags);
  const { prediction, examples } = result;
  if (json) context.print(jsonText({ ...prediction, schema: EXPLANATION_SCHEMA, examples }));
  else context.print(explainText({ scenario, result, sources, style: context.style }));
  return ExitCode.ok;
}

/** The n-th failed request of the run with the given seed itself. */
function tellRequest(
  context: Context,
  scenario: Scenario,
  ordinal: number,
  { seed, json }: ExplainFlags,
): void {
  context.trace.seed = seed;
  context.trace.digest = scenario.digest;
  context.progress.show('simulating one run');
  const record = simulate(scenario, { seed, storyOf: ordinal });
  context.progress.clear();
  const request = record.failedSample.find((failed) => failed.ordinal === ordinal);
  if (request === undefined) {
    const { failed } = record.totals;
    const fewer = failed === 0 ? 'no request fails' : plural(failed, 'request fails', 'requests fail');
    throw new CommandError(
      ExitCode.badInput,
      `There is no failed request ${ordinal}: in the run with seed ${seed} ${fewer}.`,
    );
  }
  context.print(
    json === true
      ? jsonText({ schema: REQUEST_SCHEMA, ...request })
      : `${storyText(request, context.style)}\n`,
  );
}
