/** The command line of `sim break`. */
import type { Command } from '@commander-js/extra-typings';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { SEED_DEFAULT } from '../predict/defaults.ts';
import { BUDGET_DEFAULT, budgetText, FAULT_KINDS, parseBudget, parseKinds } from '../predict/break/budget.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

const RUNS_DEFAULT = 5;

export function addBreak(program: Command, perform: Perform): void {
  program
    .command('break')
    .description('search for the smallest fault schedule that breaks what is expected')
    .argument('<scenario>', SCENARIO)
    .addOption(
      new Option(
        '--budget <parts>',
        'what may break: faults, different nodes and pods of one schedule, and how long one fault lasts',
      )
        .default(BUDGET_DEFAULT, budgetText(BUDGET_DEFAULT))
        .argParser(readBy(parseBudget)),
    )
    .option('--kinds <list>', `only these kinds of faults, of ${FAULT_KINDS.join(', ')}`, readBy(parseKinds))
    .option('--except <list>', 'none of these kinds of faults', readBy(parseKinds))
    .option('--minutes <n>', 'how long to search', minutes, 1)
    .option('--schedules <n>', 'at most this many schedules', wholeFrom(1))
    .option(
      '--runs <n>',
      'seeds in most of which a schedule has to break something',
      runsFrom(1),
      RUNS_DEFAULT,
    )
    .option('--seed <n>', 'seed of the schedules and of the runs', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--path <path>', 'try only the schedule that an earlier search with the same options named')
    .option(
      '--regressions <file>',
      'earlier counterexamples, tried first and added to (default: regressions.yaml in your own scenario’s folder)',
    )
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print what was found as one JSON object')
    .addHelpText(
      'after',
      examples(
        'sim break black-friday-safe',
        'sim break black-friday-safe --budget faults=1,pods=5 --except node-down --minutes 5',
        'sim break ./my-service --set spec.expect.failedRequests=100',
      ),
    )
    .action(async (scenario, options) => {
      const { breakIt } = await import('./break.ts');
      await perform(async (context) => breakIt(context, scenario, options));
    });
}

/** @param parse gives what it read, or a text that says what is wrong */
function readBy<T>(parse: (text: string) => T | string): (text: string) => T {
  return (text) => {
    const value = parse(text);
    if (typeof value === 'string') throw new InvalidArgumentError(value);
    return value;
  };
}

function minutes(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/u.test(text) || value <= 0)
    throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
