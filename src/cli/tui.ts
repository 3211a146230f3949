/** `sim tui`: the terminal UI. The screen itself is imported only once there is a terminal for it. */
import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { EngineChoice } from '../model/data-plane.ts';
import { sourcesOf } from '../report/source-lines.ts';
import { bundledScenarios, readScenarioFiles } from '../scenario-files.ts';
import { loadScenario } from '../scenario/load.ts';
import { isRecord } from '../scenario/yaml-document.ts';
import type { Description, ScenarioSource } from '../tui/source.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { readScenario } from './scenario-input.ts';

export interface TuiFlags {
  readonly set: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
}

export async function tui(context: Context, name: string | undefined, flags: TuiFlags): Promise<ExitCode> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    const scenario = name ?? 'black-friday';
    throw new CommandError(
      ExitCode.environment,
      `sim tui needs a terminal; sim run ${scenario} prints the same prediction without one.`,
    );
  }
  // A wrong name is told before the screen changes.
  if (name !== undefined) readScenario(name, flags.set);
  context.trace.seed = flags.seed;
  const { startTerminalUi } = await import('../tui/start.tsx');
  const ended = await startTerminalUi({
    source: sourceFor(name, flags.set),
    scenario: name ?? null,
    runs: flags.runs,
    seed: flags.seed,
    engine: flags.engine,
    workers: flags.workers ?? availableParallelism(),
    coloured: isColoured(process.env),
    signal: context.signal,
  });
  return ended === 'interrupted' ? ExitCode.interrupted : ExitCode.ok;
}

/** @param set for the scenario that the command line names; the others are what their files say */
function sourceFor(named: string | undefined, set: readonly string[]): ScenarioSource {
  const bundled = bundledScenarios();
  const isOwn = named !== undefined && !bundled.includes(named) && existsSync(named);
  const setOf = (name: string): readonly string[] => (name === named ? set : []);
  return {
    names: isOwn ? [named, ...bundled] : bundled,
    describe: describeScenario,
    read: (name) => {
      const given = setOf(name);
      const files = readScenarioFiles(name, given);
      const { scenario, diagnostics } = loadScenario(files, { set: given });
      if (scenario === null) {
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        return {
          problems: errors.map(
            ({ code, message, location: { file, line } }) => `${file}:${line} ${code} ${message}`,
          ),
        };
      }
      return {
        scenario,
        sources: sourcesOf(files, given),
        load: (further) => loadScenario(files, { set: [...given, ...further] }),
      };
    },
  };
}

/** From scenario.yaml alone: reading all manifests of all scenarios takes longer than anyone waits for a list. */
function describeScenario(name: string): Description {
  const { entries, scenarioFile } = readScenarioFiles(name);
  const entry = entries[scenarioFile];
  const document: unknown = entry?.kind === 'text' ? parseDocument(entry.text).toJS() : null;
  const metadata = isRecord(document) && isRecord(document['metadata']) ? document['metadata'] : {};
  const textOf = (field: string): string => {
    const value = metadata[field];
    return typeof value === 'string' ? value.replaceAll(/\s+/gu, ' ').trim() : '';
  };
  return { description: textOf('description'), teaches: textOf('teaches') };
}

function isColoured({ NO_COLOR: noColor, TERM: term }: NodeJS.ProcessEnv): boolean {
  return (noColor === undefined || noColor === '') && term !== 'dumb';
}
