/** The command lines of `sim tune` and `sim sweep`. */
import { Option, type Command } from '@commander-js/extra-typings';
import { SEED_DEFAULT } from '../predict/defaults.ts';
import { POINTS_MAX_DEFAULT, SWEEP_RUNS_DEFAULT, TUNE_RUNS_MAX } from '../predict/tune/tune-defaults.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

const VARY = 'a field and the values to try, such as maxSurge=1..10 or preStop.sleep=0s..30s/5s (repeatable)';

export function addTune(program: Command, perform: Perform): void {
  program
    .command('tune')
    .description('search settings for the cheapest that meets what is expected')
    .argument('<scenario>', SCENARIO)
    .option('--vary <field=values>', `${VARY}; chosen by the causes of failures when not given`, collect, [])
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--runs-max <n>', 'runs of all configurations together', wholeFrom(1), TUNE_RUNS_MAX)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print what was found as one JSON object')
    .addHelpText(
      'after',
      examples(
        'sim tune black-friday',
        'sim tune black-friday --vary maxSurge=1..10 --vary preStop.sleep=0s..30s',
      ),
    )
    .action(async (scenario, options) => {
      const { tuneScenario } = await import('./tune.ts');
      await perform(async (context) => tuneScenario(context, scenario, options));
    });
}

export function addSweep(program: Command, perform: Perform): void {
  program
    .command('sweep')
    .description('simulate every combination of settings, as a table')
    .argument('<scenario>', SCENARIO)
    .requiredOption('--vary <field=values>', VARY, collect, [])
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option(
      '--runs <n>',
      'how many runs of each combination, with the same seeds',
      runsFrom(1),
      SWEEP_RUNS_DEFAULT,
    )
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .option('--points-max <n>', 'refuse more combinations than this', wholeFrom(1), POINTS_MAX_DEFAULT)
    .addOption(
      new Option('--format <format>', 'how the table is written')
        .choices(['csv', 'json'] as const)
        .default('csv' as const),
    )
    .option('--out <file>', 'write to a file instead of the standard output')
    .addOption(engineOption())
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .addHelpText(
      'after',
      examples('sim sweep black-friday --vary maxSurge=1..5 --vary preStop.sleep=0s,5s,15s --out sweep.csv'),
    )
    .action(async (scenario, options) => {
      const { sweepScenario } = await import('./tune.ts');
      await perform(async (context) => sweepScenario(context, scenario, options));
    });
}
