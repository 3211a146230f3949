/** The command line of `sim verify`. */
import type { Command } from '@commander-js/extra-typings';
import { SEED_DEFAULT } from '../predict/defaults.ts';
import { baselineOption, readRate } from './replay-command.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

/** Enough for each of the figures that decide to speak against a prediction; `verify` says where fewer are not. */
const RUNS_DEFAULT = 600;
/** With fewer, not even the failed requests could speak against a prediction, however far off it were. */
const RUNS_MIN = 79;

export function addVerify(program: Command, perform: Perform): void {
  program
    .command('verify')
    .description('hold the prediction against replays on a cluster, and say whether it held')
    .argument('<scenario...>', SCENARIO)
    .option('--replays <n>', 'replay each scenario so often on the cluster first', wholeFrom(1))
    .option('--rate <rate>', 'requests/s of the replays; auto: as many as this machine bears', readRate)
    .addOption(baselineOption('how long nothing changes at first in each replay'))
    .option('--cluster <name>', 'which of the clusters that sim cluster up made')
    .option('--out <folder>', 'where records, verification.json and summary.md of replays go', 'replays')
    .option('--record <file>', 'a record measured earlier (repeatable)', collect, [])
    .option('--profile <file>', "the cluster's latencies, as sim calibrate writes them")
    .option('--set <path=value>', 'change a field of every scenario (repeatable)', collect, [])
    .option(
      '--runs <n>',
      'how many clusters are predicted, each with a run for every valid replay',
      runsFrom(RUNS_MIN),
      RUNS_DEFAULT,
    )
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print the verification as one JSON object')
    .option('--markdown', 'print it as Markdown')
    .addHelpText(
      'after',
      examples(
        'sim verify black-friday --replays 3 --rate auto',
        'sim verify black-friday --record monday.json --record tuesday.json',
        'sim verify node-drain --record drain.json --profile cluster.yaml --markdown',
      ),
    )
    .action(async (scenarios, options) => {
      const { verify } = await import('./verify.ts');
      await perform(async (context) => verify(context, scenarios, options));
    });
}
