/** The command line of `sim compare`. */
import type { Command } from '@commander-js/extra-typings';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../predict/defaults.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

const SIDE = `${SCENARIO}; or a JSON file from sim run --record or sim run --json`;

export function addCompare(program: Command, perform: Perform): void {
  program
    .command('compare')
    .description('put two scenarios, two settings or two results side by side')
    .argument('<first>', SIDE)
    .argument('[second]', 'the same; the first again when not given, with the settings of --with')
    .option('--set <path=value>', 'change a field on both sides (repeatable)', collect, [])
    .option('--with <path=value>', 'change a field on the second side only (repeatable)', collect, [])
    .option('--runs <n>', 'how many runs of each side, with the same seeds', runsFrom(1), RUNS_DEFAULT)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print the comparison as one JSON object')
    .addHelpText(
      'after',
      examples(
        'sim compare black-friday black-friday-safe',
        'sim compare black-friday --with spec.traffic.rate=5000',
        'sim run black-friday --record before.json && sim compare before.json black-friday',
      ),
    )
    .action(async (first, second, options) => {
      const { compare } = await import('./compare.ts');
      await perform(async (context) => compare(context, first, second, options));
    });
}
