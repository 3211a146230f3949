/** The command line of `sim what-if`. */
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../predict/defaults.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

/** Below this nobody sets a goal: 0.999 is meant as a share. */
const PERCENT_MIN = 1;

/** 99.9 → 0.001. */
function budgetOf(text: string): number {
  const percent = Number(text.replace(/%$/u, ''));
  if (percent > 0 && percent < PERCENT_MIN)
    throw new InvalidArgumentError(
      `It is a percentage: for a share of ${percent} write ${percentOf(percent)}.`,
    );
  if (!(percent >= PERCENT_MIN && percent < 100))
    throw new InvalidArgumentError(`It must be a percentage from ${PERCENT_MIN} to below 100, such as 99.9.`);
  return 1 - percent / 100;
}

/** 0.999 → 99.9, without the digits that binary fractions add. */
function percentOf(share: number): number {
  return Number((share * 100).toPrecision(12));
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
    .addOption(
      new Option('--slo <percent>', 'share of requests that must succeed in 30 days')
        .argParser(budgetOf)
        .default(0.001, '99.9'),
    )
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
