/** Reads the fields that a command varies; what is wrong with them ends the command before anything is simulated. */
import type { Field } from '../predict/tune/field.ts';
import { Configurer } from '../predict/tune/configure.ts';
import { readVary } from '../predict/tune/vary.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { sourcesOf } from '../report/source-lines.ts';
import { varyProblemsText } from '../report/text-vary.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import type { ScenarioInput } from './scenario-input.ts';

/** @throws CommandError with everything that is wrong in the arguments */
export function readFields(
  { errorStyle }: Context,
  scenario: Scenario,
  { files }: Pick<ScenarioInput, 'files'>,
  { vary, set }: { readonly vary: readonly string[]; readonly set: readonly string[] },
): readonly Field[] {
  const read = readVary(vary, scenario);
  if (!read.ok) throw badInput(varyProblemsText(read.problems, errorStyle));
  for (const field of read.fields) {
    if (field.effect.kind !== 'path') continue;
    const { path } = field.effect;
    let problem: string | null = null;
    // One value that the scenario takes is enough: others may need another field beside them.
    const fits = field.levels.some((_, position) => {
      let tried: readonly string[] = [];
      const configurer = new Configurer(scenario, [field], (further) => {
        tried = [...set, ...further];
        return loadScenario(files, { set: tried });
      });
      const { errors } = configurer.configure([position]);
      if (errors.length > 0) problem ??= diagnosticsText(errors, sourcesOf(files, tried), errorStyle);
      return errors.length === 0;
    });
    if (!fits && problem !== null)
      throw badInput(`No value of ${path} fits the scenario.\n\n${String(problem)}`);
  }
  return read.fields;
}

function badInput(text: string): CommandError {
  return new CommandError(ExitCode.badInput, text.trimEnd());
}
