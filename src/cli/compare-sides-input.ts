/** What `sim compare` is given: each side a scenario to simulate, or a file of results that were written earlier. */
import { readFileSync, statSync } from 'node:fs';
import { looksLikeResult, readResult, type Result } from '../predict/compare/result-file.ts';
import { sourcesOf } from '../report/source-lines.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';

export type SideInput =
  | { readonly kind: 'scenario'; readonly label: string; readonly scenario: Scenario }
  | { readonly kind: 'result'; readonly label: string; readonly result: Result };

/** Larger ones are none of ours, and Node.js could not hold them as one text. */
const RESULT_BYTES_MAX = 256 * 1024 * 1024;

/**
 * @param set settings of a scenario; a file of results takes none
 * @param settings of each setting that is not from `--set` itself, where it came from
 * @returns null once what is wrong with it has been printed
 */
export function readSide(
  context: Context,
  name: string,
  set: readonly string[],
  label: string,
  json: boolean,
  settings: readonly string[] = [],
): SideInput | null {
  const text = resultText(name);
  if (text !== null) {
    if (set.length > 0) {
      throw new CommandError(
        ExitCode.badInput,
        `${name} is a file of results: it cannot be given other settings. Name the scenario instead.`,
      );
    }
    const { result, diagnostics } = readResult(name, text);
    if (result !== null) return { kind: 'result', label, result };
    const files = { root: '.', scenarioFile: '', entries: { [name]: { kind: 'text' as const, text } } };
    reportBadInput(context, { diagnostics, sources: sourcesOf(files) }, json);
    return null;
  }
  const input = readScenario(name, set, settings);
  if (input.scenario !== null) return { kind: 'scenario', label, scenario: input.scenario };
  reportBadInput(context, input, json);
  return null;
}

/** The text of a file of results; null for everything else, which is read as a scenario. */
function resultText(name: string): string | null {
  if (!name.endsWith('.json')) return null;
  let text: string;
  try {
    const status = statSync(name);
    if (!status.isFile()) return null;
    if (status.size > RESULT_BYTES_MAX) {
      throw new CommandError(
        ExitCode.badInput,
        `${name} holds ${status.size} bytes, and ${RESULT_BYTES_MAX} are the limit.`,
      );
    }
    text = readFileSync(name, 'utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return null;
  }
  return looksLikeResult(text) ? text : null;
}
