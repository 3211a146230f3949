/** The command line of `sim cluster`. */
import type { Command } from '@commander-js/extra-typings';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { examples, type Perform } from './options.ts';

const NAME = '--name <name>';
const NAME_IS = "the cluster's name";
const NAME_DEFAULT = 'rollout-sim';
const JSON_IS = 'print one JSON object';

export function addCluster(program: Command, perform: Perform): void {
  const cluster = program.command('cluster').description('the kind cluster that scenarios are replayed on');
  cluster
    .command('up')
    .description('create it, or repair it, and wait until it is truly ready')
    .option('--node-image', 'with the node image of npm run cluster:image, where there is no image registry')
    .option(NAME, NAME_IS, clusterName, NAME_DEFAULT)
    .option('--json', JSON_IS)
    .addHelpText('after', examples('sim cluster up', 'sim cluster up --node-image'))
    .action(async (options) => {
      const { up } = await import('./cluster.ts');
      await perform(async (context) => up(context, options));
    });
  cluster
    .command('status')
    .description('tell whether it is up and ready; ends with code 3 when it is not')
    .option(NAME, NAME_IS, clusterName, NAME_DEFAULT)
    .option('--json', JSON_IS)
    .addHelpText('after', examples('sim cluster status', 'sim cluster status --json'))
    .action(async (options) => {
      const { status } = await import('./cluster.ts');
      await perform(async (context) => status(context, options));
    });
  cluster
    .command('down')
    .description('remove it, and undo what was changed on this machine for it')
    .option(NAME, NAME_IS, clusterName, NAME_DEFAULT)
    .option('--json', JSON_IS)
    .addHelpText('after', examples('sim cluster down'))
    .action(async (options) => {
      const { down } = await import('./cluster.ts');
      await perform(async (context) => down(context, options));
    });
}

/** It becomes part of host names and of file names. */
function clusterName(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/u.test(text)) return text;
  throw new InvalidArgumentError('It must be of small letters, digits and hyphens, 40 at most.');
}
