/**
 * The command line: names, options and help of every command. What a command does is imported once it is called, so
 * that help and mistyped options cost nothing.
 */
import { Command, Help, type Option } from '@commander-js/extra-typings';
import { RUNS_DEFAULT, SEED_DEFAULT } from '../predict/defaults.ts';
import { programVersion } from '../version.ts';
import { addBreak } from './break-command.ts';
import { addCalibrate } from './calibrate-command.ts';
import { addCluster } from './cluster-command.ts';
import { addCompare } from './compare-command.ts';
import { addReplay } from './replay-command.ts';
import { addVerify } from './verify-command.ts';
import { addTui } from './tui-command.ts';
import { addSweep, addTune } from './tune-command.ts';
import { addWhatIf } from './what-if-command.ts';
import { collect, engineOption, examples, runsFrom, SCENARIO, wholeFrom, type Perform } from './options.ts';

export function buildCommands(perform: Perform): Command {
  const program = new Command('sim')
    .description('Predicts how many requests a Kubernetes rollout will fail, why, and what to change.')
    .version(programVersion())
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .configureHelp({ showGlobalOptions: false, optionDescription: describeOption })
    .addHelpText(
      'after',
      examples(
        'sim run black-friday',
        'sim explain black-friday',
        'sim init my-service && sim run my-service',
      ),
    );
  addRun(program, perform);
  addExplain(program, perform);
  addWhatIf(program, perform);
  addBreak(program, perform);
  addTune(program, perform);
  addSweep(program, perform);
  addCompare(program, perform);
  addCluster(program, perform);
  addReplay(program, perform);
  addVerify(program, perform);
  addCalibrate(program, perform);
  addTui(program, perform);
  addLint(program, perform);
  addSchema(program, perform);
  addInit(program, perform);
  return program;
}

/** What can be given repeatedly is empty at first: as a default that says nothing. */
function describeOption(option: Option): string {
  const repeatable = Array.isArray(option.defaultValue) && option.defaultValue.length === 0;
  return repeatable ? option.description : new Help().optionDescription(option);
}

function addRun(program: Command, perform: Perform): void {
  program
    .command('run')
    .description('predict the failed requests of a scenario')
    .argument('[scenario]', SCENARIO)
    .option('--runs <n>', 'how many runs, each with a seed of its own', runsFrom(1), RUNS_DEFAULT)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print the prediction as one JSON object')
    .option(
      '--record <file>',
      'also write the first run as a JSON record, with everything that happened in it',
    )
    .option('--check', 'end with code 1 when an expectation is not met')
    .option('--no-fixes', 'do not simulate what each fix would do')
    .option('--list', 'list the bundled scenarios')
    .addHelpText(
      'after',
      examples(
        'sim run black-friday',
        'sim run black-friday --runs 200 --json',
        'sim run black-friday --set spec.traffic.rate=5000 --set service/checkout-service.spec.sessionAffinity=None',
        'sim run ./my-service --check --no-fixes',
      ),
    )
    .action(async (scenario, options) => {
      const { run } = await import('./run.ts');
      await perform(async (context) => run(context, scenario, options));
    });
}

function addExplain(program: Command, perform: Perform): void {
  program
    .command('explain')
    .description('tell why requests fail: lines, stories and fixes')
    .argument('<scenario>', SCENARIO)
    .option('--request <n>', 'tell the story of the n-th failed request of the first run', wholeFrom(1))
    .option('--runs <n>', 'how many runs, each with a seed of its own', runsFrom(1), RUNS_DEFAULT)
    .option('--seed <n>', 'seed of the first run; the others follow from it', wholeFrom(0), SEED_DEFAULT)
    .addOption(engineOption())
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--workers <n>', 'threads; the result does not depend on it', wholeFrom(1))
    .option('--json', 'print one JSON object')
    .option('--no-fixes', 'do not simulate what each fix would do')
    .addHelpText(
      'after',
      examples('sim explain black-friday', 'sim explain black-friday --request 17 --seed 3'),
    )
    .action(async (scenario, options) => {
      const { explain } = await import('./explain.ts');
      await perform(async (context) => explain(context, scenario, options));
    });
}

function addLint(program: Command, perform: Perform): void {
  program
    .command('lint')
    .description('find mistakes that need no simulation')
    .argument('<path...>', `one scenario: ${SCENARIO}; or any number of manifest files and folders`)
    .option('--set <path=value>', 'change a field of the scenario or of a manifest (repeatable)', collect, [])
    .option('--json', 'print the diagnostics as one JSON object')
    .addHelpText('after', examples('sim lint black-friday', 'sim lint k8s/deployment.yaml k8s/service.yaml'))
    .action(async (paths, options) => {
      const { lint } = await import('./lint.ts');
      await perform(async (context) => lint(context, paths, options));
    });
}

function addSchema(program: Command, perform: Perform): void {
  program
    .command('schema')
    .description('print the JSON Schema of scenario.yaml, for editors')
    .addHelpText('after', examples('sim schema > scenario.schema.json'))
    .action(async () => {
      const { schema } = await import('./schema.ts');
      await perform(async (context) => schema(context));
    });
}

function addInit(program: Command, perform: Perform): void {
  program
    .command('init')
    .description('write a new scenario to start from')
    .argument('<folder>', 'a folder that does not exist yet or is empty')
    .addHelpText('after', examples('sim init my-service', 'sim run my-service'))
    .action(async (folder) => {
      const { init } = await import('./init.ts');
      await perform(async (context) => init(context, folder));
    });
}
