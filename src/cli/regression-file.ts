/** Where `sim break` keeps counterexamples: read before the search, added to after it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRegressions, scheduleOf, withRegression } from '../predict/break/regressions.ts';
import type { Breaking } from '../predict/break/breaking.ts';
import type { Schedule } from '../predict/break/schedule.ts';
import { sourcesOf } from '../report/source-lines.ts';
import { plural } from '../report/numbers.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { isBundled } from '../scenario-files.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { reportBadInput, type ScenarioInput } from './scenario-input.ts';
import { systemErrorText } from './system-error-text.ts';
import { refuseUnwritable, writeWholeFile } from './write-file.ts';

const FILE = 'regressions.yaml';

export interface RegressionFile {
  /** null: counterexamples are not kept. */
  readonly path: string | null;
  readonly text: string;
  readonly schedules: readonly Schedule[];
  /** How many of them do not fit the scenario any more. */
  readonly unfit: number;
}

/**
 * @returns null once what is wrong with the file has been printed
 * @throws CommandError when the file that was asked for could not be added to after the search
 */
export function readRegressions(
  context: Context,
  { files, reload }: ScenarioInput,
  scenario: Scenario,
  given: string | undefined,
  json: boolean,
): RegressionFile | null {
  if (given !== undefined) refuseUnwritable(given);
  const path = given ?? (isBundled(files.root) ? null : join(files.root, FILE));
  if (path === null || !existsSync(path)) return { path, text: '', schedules: [], unfit: 0 };
  const text = readText(path);
  const { regressions, diagnostics } = parseRegressions(path, text);
  if (regressions === null) {
    const sources = sourcesOf({ root: '.', scenarioFile: '', entries: { [path]: { kind: 'text', text } } });
    reportBadInput(context, { diagnostics, sources }, json);
    return null;
  }
  const schedules = regressions.map((regression) => scheduleOf(regression, scenario, reload));
  const fit = schedules.filter((schedule) => schedule !== null);
  return { path, text, schedules: fit, unfit: schedules.length - fit.length };
}

export interface Kept {
  /** What is to be said about the file. */
  readonly lines: readonly string[];
  /** Why the counterexample could not be kept, to be told once it has been printed; null when nothing went wrong. */
  readonly problem: CommandError | null;
}

/** Adds a counterexample that the search has found. */
export function keepRegression(file: RegressionFile, breaking: Breaking): Kept {
  const lines =
    file.unfit === 0
      ? []
      : [
          `${plural(file.unfit, 'earlier counterexample does', 'earlier counterexamples do')} not fit the scenario any more and ${file.unfit === 1 ? 'was' : 'were'} left out.`,
        ];
  if (file.path === null || breaking.counterexample?.from !== 'search') return { lines, problem: null };
  try {
    writeWholeFile(file.path, withRegression(file.text, breaking));
  } catch (error) {
    if (error instanceof CommandError) return { lines, problem: error };
    throw error;
  }
  const kept = `Kept in ${file.path}: sim break tries it first from now on.`;
  return { lines: [...lines, kept], problem: null };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(ExitCode.badInput, `${path} cannot be read: ${systemErrorText(error)}`);
  }
}
