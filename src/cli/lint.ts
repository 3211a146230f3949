/** `sim lint`: mistakes that need no simulation, in a scenario or in bare manifests. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { settledWarnings } from '../model/settled-warnings.ts';
import { SEED_DEFAULT } from '../predict/defaults.ts';
import { diagnosticsJson } from '../report/json.ts';
import type { PlaceNames } from '../report/diagnostics-text.ts';
import { sourcesOf, type Sources } from '../report/source-lines.ts';
import { lintText } from '../report/text-lint.ts';
import { bundledScenarios, readManifestFiles } from '../scenario-files.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import type { ScenarioFiles } from '../scenario/file-set.ts';
import { lintManifests, lintScenario } from '../scenario/lint/lint.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario } from './scenario-input.ts';

export interface LintFlags {
  readonly set: readonly string[];
  readonly json?: true | undefined;
}

/** Errors end with code 2; warnings alone do not. */
export async function lint(context: Context, paths: readonly string[], flags: LintFlags): Promise<ExitCode> {
  const { diagnostics, sources, names } = read(paths, flags.set);
  context.print(
    flags.json === true ? diagnosticsJson(diagnostics) : lintText(diagnostics, sources, context.style, names),
  );
  return diagnostics.some(({ severity }) => severity === 'error') ? ExitCode.badInput : ExitCode.ok;
}

interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  readonly names?: PlaceNames;
}

function read(paths: readonly string[], set: readonly string[]): Findings {
  const [path, ...others] = paths;
  if (path !== undefined && others.length === 0 && !isBareManifests(path)) return readOneScenario(path, set);
  const scenario = paths.find((one) => isThere(one) && !isBareManifests(one));
  if (scenario !== undefined) {
    throw new CommandError(
      ExitCode.badInput,
      `${scenario} is a scenario: lint it by itself, or name manifests only.`,
    );
  }
  if (set.length > 0) {
    throw new CommandError(ExitCode.badInput, '--set needs a scenario; bare manifests are read as they are.');
  }
  const files = readManifestFiles(paths);
  return { diagnostics: lintManifests(files, paths), sources: sourcesOf(files) };
}

function readOneScenario(name: string, set: readonly string[]): Findings {
  const { scenario, diagnostics, sources, names } = readScenario(name, set);
  if (scenario === null) return { diagnostics, sources, names };
  const known = new Set(diagnostics.map((diagnostic) => JSON.stringify(diagnostic)));
  const further = [...settledWarnings(scenario, SEED_DEFAULT), ...lintScenario(scenario)].filter(
    (diagnostic) => !known.has(JSON.stringify(diagnostic)),
  );
  return { diagnostics: [...diagnostics, ...further], sources, names };
}

function isThere(path: string): boolean {
  return existsSync(path) || bundledScenarios().includes(path);
}

/** A folder without scenario.yaml, or a file that holds no Scenario. */
function isBareManifests(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return !bundledScenarios().includes(path) && /\.(?:ya?ml|json)$/u.test(path);
  if (status.isDirectory())
    return statSync(join(path, 'scenario.yaml'), { throwIfNoEntry: false }) === undefined;
  return !holdsScenario(readManifestFiles([path]), path);
}

function holdsScenario({ entries }: ScenarioFiles, path: string): boolean {
  const entry = Object.values(entries)[0];
  if (entry?.kind !== 'text') return /scenario\.ya?ml$/u.test(path);
  return /^\s*["']?kind["']?\s*:\s*["']?Scenario\b/mu.test(entry.text);
}
