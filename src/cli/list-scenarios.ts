/** The scenarios that come with the program, each with what it is about. */
import { wrap } from '../report/lines.ts';
import { bundledScenarios, readScenarioFiles } from '../scenario-files.ts';
import { loadScenario } from '../scenario/load.ts';

export interface ListedScenario {
  readonly name: string;
  readonly description: string;
  readonly teaches: string;
}

export function listScenarios(): { readonly entries: readonly ListedScenario[]; readonly text: string } {
  const entries = bundledScenarios().map((name) => {
    const { scenario } = loadScenario(readScenarioFiles(name));
    return { name, description: scenario?.description ?? '', teaches: scenario?.teaches ?? '' };
  });
  const width = Math.max(...entries.map(({ name }) => name.length)) + 2;
  const lines = entries.flatMap(({ name, description }) =>
    wrap(description, 100 - width).map((line, index) => `${(index === 0 ? name : '').padEnd(width)}${line}`),
  );
  return { entries, text: `${lines.join('\n')}\n` };
}
