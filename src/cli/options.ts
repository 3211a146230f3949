/** What several commands share of their options: how a number, a choice or a repeated text is read, and their words. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-code.ts';

/** Carries a command out; the caller keeps its exit code. */
export type Perform = (command: (context: Context) => Promise<ExitCode>) => Promise<void>;

export const SCENARIO = 'a folder with scenario.yaml, such a file, or the name of a bundled scenario';

export function engineOption(): Option<
  '--engine <engine>',
  undefined,
  'auto',
  undefined,
  false,
  'auto' | 'exact' | 'skip-ahead'
> {
  return new Option('--engine <engine>', 'how requests are simulated')
    .choices(['auto', 'exact', 'skip-ahead'] as const)
    .default('auto' as const);
}

export function wholeFrom(minimum: number): (text: string) => number {
  return wholeWithin(minimum, Number.MAX_SAFE_INTEGER, `from ${minimum} on`);
}

/** What every run leaves is held until the last one has ended: about a third of a megabyte each. */
const RUNS_MAX = 10_000;

/** A count of runs. */
export function runsFrom(minimum: number): (text: string) => number {
  return wholeWithin(minimum, RUNS_MAX, `from ${minimum} to ${RUNS_MAX}`);
}

function wholeWithin(minimum: number, maximum: number, range: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value > Number.MAX_SAFE_INTEGER)
      throw new InvalidArgumentError(`It must be at most ${maximum}.`);
    if (!/^\d+$/u.test(text) || value < minimum || value > maximum)
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    return value;
  };
}

export function collect(text: string, earlier: readonly string[]): string[] {
  return [...earlier, text];
}

export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
