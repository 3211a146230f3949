/** `sim schema`: the JSON Schema of scenario.yaml. */
import { jsonText } from '../report/json.ts';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

export async function schema(context: Context): Promise<ExitCode> {
  context.print(jsonText(scenarioJsonSchema()));
  return ExitCode.ok;
}
