/** The command line of `sim replay`. */
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { SEED_DEFAULT } from '../predict/defaults.ts';
import { parseDuration } from '../scenario/duration.ts';
import { collect, examples, SCENARIO, wholeFrom, type Perform } from './options.ts';

/** Shorter ones say too little about whether anything fails when nothing changes. */
const BASELINE_MS_MIN = 1000;

export function addReplay(program: Command, perform: Perform): void {
  program
    .command('replay')
    .description(
      'run a scenario on the cluster that sim cluster up made, and write what happened as a record',
    )
    .argument('<scenario>', SCENARIO)
    .option(
      '--rate <rate>',
      'requests/s at its busiest moment; auto: as many as this machine bears',
      readRate,
    )
    .addOption(
      new Option('--load <generator>', 'who calls; k6 must be on the PATH')
        .choices(['built-in', 'k6'] as const)
        .default('built-in' as const),
    )
    .option('--out <file>', 'where the record goes; the raw requests stand beside it')
    .addOption(baselineOption('how long nothing changes at first'))
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--seed <n>', 'decides arrivals and the choice of targets', wholeFrom(0), SEED_DEFAULT)
    .option('--cluster <name>', 'which of the clusters that sim cluster up made')
    .option('--json', 'print what came of it as one JSON object')
    .addHelpText(
      'after',
      examples(
        'sim replay black-friday --rate 1000',
        'sim replay node-drain --rate auto --out drain.json',
        'sim verify node-drain --record drain.json',
      ),
    )
    .action(async (scenario, options) => {
      const { replayCommand } = await import('./replay.ts');
      await perform(async (context) => replayCommand(context, scenario, options));
    });
}

export function readRate(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const rate = Number(text);
  if (text.trim() === '' || !Number.isFinite(rate) || rate <= 0)
    throw new InvalidArgumentError('It must be a positive number of requests per second, or auto.');
  return rate;
}

export function baselineOption(
  description: string,
): Option<'--baseline <duration>', undefined, number, undefined, false, number> {
  return new Option('--baseline <duration>', description).argParser(readBaseline).default(60_000, '60s');
}

function readBaseline(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === null || durationMs < BASELINE_MS_MIN)
    throw new InvalidArgumentError('It must be a duration of a second or more, such as 60s.');
  return durationMs;
}
