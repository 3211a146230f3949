/** Scenarios for the terminal UI, read from their files. */
import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { sourcesOf } from '../report/source-lines.ts';
import { bundledScenarios, readScenarioFiles } from '../scenario-files.ts';
import { loadScenario } from '../scenario/load.ts';
import { isRecord } from '../scenario/yaml-document.ts';
import type { Description, ScenarioSource } from '../tui/source.ts';

/**
 * The scenarios that come with the program, and the one that the command line names.
 * @param set for the scenario that the command line names; the others are what their files say
 */
export function scenarioSource(named: string | undefined, set: readonly string[]): ScenarioSource {
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
