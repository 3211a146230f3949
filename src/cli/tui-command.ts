/** The command line of `sim tui`. */
import type { Command } from '@commander-js/extra-typings';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../predict/defaults.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

export function addTui(program: Command, perform: Perform): void {
  program
    .command('tui')
    .description('look at a scenario, change it and ask, in the terminal')
    .argument('[scenario]', SCENARIO)
    .option('--runs <n>', 'how many runs settle an answer', runsFrom(2), RUNS_DEFAULT)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .addHelpText('after', examples('sim tui', 'sim tui black-friday'))
    .action(async (scenario, options) => {
      const { tui } = await import('./tui.ts');
      await perform(async (context) => tui(context, scenario, options));
    });
}
