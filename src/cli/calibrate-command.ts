/** The command line of `sim calibrate`. */
import type { Command } from '@commander-js/extra-typings';
import { examples, type Perform } from './options.ts';

export function addCalibrate(program: Command, perform: Perform): void {
  program
    .command('calibrate')
    .description("measure the cluster's own latencies, and write the profile that scenarios predict with")
    .option('--out <file>', 'where the profile goes; standard output when not given')
    .option('--title <title>', 'the name that predictions give the profile', 'calibrated')
    .option('--cluster <name>', 'which of the clusters that sim cluster up made')
    .addHelpText(
      'after',
      examples(
        'sim calibrate --out cluster.yaml',
        'sim run black-friday --set spec.cluster.profile=$PWD/cluster.yaml',
      ),
    )
    .action(async (options) => {
      const { calibrateCommand } = await import('./calibrate.ts');
      await perform(async (context) => calibrateCommand(context, options));
    });
}
