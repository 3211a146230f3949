/** `sim run --record`: the run with the given seed itself, as the record that other programs read. */
import type { EngineChoice } from '../model/data-plane.ts';
import { simulate } from '../model/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Context } from './context.ts';
import { writeWholeFile } from './write-file.ts';

export interface RecordFlags {
  readonly seed: number;
  readonly engine: EngineChoice;
}

/** @throws CommandError when the file cannot be written */
export function writeRecord(context: Context, scenario: Scenario, path: string, flags: RecordFlags): void {
  const { seed, engine } = flags;
  context.progress.show('recording one run');
  try {
    // On one line: laid out, every number of its series would stand on a line of its own.
    writeWholeFile(path, `${JSON.stringify(simulate(scenario, { seed, engine }))}\n`);
  } finally {
    context.progress.clear();
  }
}
