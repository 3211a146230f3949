/** Reads the scenario that a command is given; what is wrong with it ends the command with all diagnostics. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { diagnosticsJson } from '../report/json.ts';
import { diagnosticsText, type PlaceNames } from '../report/diagnostics-text.ts';
import { sourcesOf, type Sources } from '../report/source-lines.ts';
import { bundledScenarios, readScenarioFiles } from '../scenario-files.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { ScenarioFiles } from '../scenario/file-set.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

export interface ScenarioInput {
  readonly files: ScenarioFiles;
  readonly sources: Sources;
  readonly names: PlaceNames;
  /** null when at least one diagnostic is an error. */
  readonly scenario: Scenario | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The scenario with further settings; null where they do not fit. */
  readonly reload: (set: readonly string[]) => Scenario | null;
}

/**
 * @param settings of each setting that is not from `--set` itself, where it came from
 * @throws CommandError when there is no such scenario at all
 */
export function readScenario(
  name: string,
  set: readonly string[],
  settings: readonly string[] = [],
): ScenarioInput {
  refuseUnknownName(name);
  const files = readScenarioFiles(name, set);
  const { scenario, diagnostics } = loadScenario(files, { set });
  return {
    files,
    sources: sourcesOf(files, set),
    names: { folder: folderOf(name), settings },
    scenario,
    diagnostics,
    reload: (further) => loadScenario(files, { set: [...set, ...further] }).scenario,
  };
}

/** Prints what is wrong: as text on standard error, or as the one JSON object on standard output. */
export function reportBadInput(
  context: Context,
  {
    diagnostics,
    sources,
    names,
  }: Pick<ScenarioInput, 'diagnostics' | 'sources'> & Partial<Pick<ScenarioInput, 'names'>>,
  json: boolean,
): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (json) context.print(diagnosticsJson(diagnostics));
  else context.printError(diagnosticsText(errors, sources, context.errorStyle, names));
  return ExitCode.badInput;
}

/** The scenario's folder as the command line names it; a bundled one by its name. */
function folderOf(name: string): string {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true ? dirname(name) : name;
}

/** A bare word that is neither a bundled scenario nor a path: most likely a slip of the keyboard. */
function refuseUnknownName(name: string): void {
  if (existsSync(name)) return;
  const bundled = bundledScenarios();
  if (bundled.includes(name)) return;
  const near = didYouMean(name, bundled);
  const hint =
    near === null ? 'sim run --list shows those that come with the program.' : `Did you mean ${near}?`;
  throw new CommandError(
    ExitCode.badInput,
    `There is no scenario ${name}: no file or folder of that name, and none is bundled. ${hint}`,
  );
}
