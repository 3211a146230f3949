/** The command line of `sim what-if`. */
import { InvalidArgumentError, type Command } from '@commander-js/extra-typings';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../predict/defaults.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

/** 99.9 → 0.001. */
function budgetOf(text: string): number {
  const percent = Number(text.replace(/%$/u, ''));
  if (!(percent > 0 && percent < 100))
    throw new InvalidArgumentError('It must be a percentage between 0 and 100.');
  return 1 - percent / 100;
}

export function addWhatIf(program: Command, perform: Perform): void {
  program
    .command('what-if')
    .description('answer questions about a scenario, as it is and as it would be')
    .argument('[scenario]', SCENARIO)
    .argument('[question...]', 'a question in plain words')
    .option('--ask <ids>', 'questions by their names, with commas between them', collect, [])
    .option('--set <path=value>', 'what would be different (repeatable: all of them together)', collect, [])
    .option('--vary <field=values>', 'values to put side by side, such as maxSurge=5,10,20', collect, [])
    .option('--slo <percent>', 'share of requests that must succeed in 30 days', budgetOf, 0.001)
    .option('--runs <n>', 'how many runs of each setting, with the same seeds', runsFrom(1), RUNS_DEFAULT)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print the answers as one JSON object')
    .option('--list', 'list the questions')
    .addHelpText(
      'after',
      examples(
        'sim what-if black-friday "max pods during surge"',
        'sim what-if black-friday --ask failed,duration --set service/checkout-service.spec.sessionAffinity=None',
        'sim what-if black-friday how many pods --vary maxSurge=5,10,20',
        'sim what-if --list',
      ),
    )
    .action(async (scenario, question, options) => {
      const { whatIf } = await import('./what-if.ts');
      await perform(async (context) =>
        whatIf(context, scenario, question.length === 0 ? undefined : question.join(' '), options),
      );
    });
}
