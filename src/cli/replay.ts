/** `sim replay`: runs a scenario on the cluster that this program made, and writes what happened as a record. */
import { openReplay } from '../harness/experiment/open-replay.ts';
import { replay } from '../harness/experiment/replay.ts';
import { requestsFile } from '../harness/experiment/record-file.ts';
import { WAITS } from '../harness/experiment/replay-options.ts';
import { imageSettings } from '../harness/experiment/held-images.ts';
import { cpuSettings } from '../harness/experiment/scaled-cpu.ts';
import { capacitySettings, rateSetting } from '../harness/experiment/scaled-rate.ts';
import type { Machine } from '../harness/docker/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { asCommandError } from './as-command-error.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { tellEnd, type ReplayEnd } from './replay-end.ts';
import { refuseRateless } from './refuse-rateless.ts';
import { readScenario, reportBadInput, type ScenarioInput } from './scenario-input.ts';
import { refuseIrregular, refuseUnwritable } from './write-file.ts';

export interface ReplayFlags {
  readonly rate?: number | 'auto' | undefined;
  readonly load?: 'built-in' | 'k6' | undefined;
  readonly out?: string | undefined;
  readonly baseline: number;
  readonly set: readonly string[];
  readonly seed: number;
  readonly cluster?: string | undefined;
  readonly json?: true | undefined;
}

/** Each trial of `--rate auto`. */
const TRIAL_MS = 10_000;

export async function replayCommand(context: Context, name: string, flags: ReplayFlags): Promise<ExitCode> {
  const json = flags.json === true;
  const input = readScenario(name, flags.set);
  if (input.scenario === null) return reportBadInput(context, input, json);
  const outFile = flags.out ?? `${input.scenario.name}-${stamp(new Date())}.json`;
  const end = await replayScenario(context, input, input.scenario, { ...flags, out: outFile });
  return tellEnd(context, end, json);
}

/** One replay; never rejects for what goes wrong in it, which stands in its end. @throws CommandError before it begins */
export async function replayScenario(
  context: Context,
  input: ScenarioInput,
  plain: Scenario,
  flags: ReplayFlags & { readonly out: string },
): Promise<ReplayEnd> {
  refuseRateless(plain, flags);
  for (const path of [flags.out, requestsFile(flags.out)]) refuseIrregular(path);
  refuseUnwritable(flags.out);
  context.trace.seed = flags.seed;
  const parts = await opened(context, input, plain, flags);
  const { scenario, settings } = fitted(input, plain, flags, parts.machine);
  context.trace.digest = scenario.digest;
  const search = {
    trialMs: TRIAL_MS,
    tell: (line: string) => {
      context.progress.clear();
      context.printError(`${line}\n`);
    },
    reload: (set: readonly string[]) => input.reload(withoutOwn(set, flags)),
  };
  const end = await replay(
    scenario,
    parts,
    {
      seed: flags.seed,
      baselineMs: flags.baseline,
      settings,
      rateSearch: flags.rate === 'auto' ? search : null,
      outFile: flags.out,
      waits: WAITS,
      progress: (text) => {
        context.progress.step(text);
      },
    },
    context.signal,
  );
  context.progress.clear();
  return end;
}

/** The settings that the scenario was read with are in it already. */
function withoutOwn(settings: readonly string[], { set }: ReplayFlags): readonly string[] {
  return settings.slice(set.length);
}

/** The scenario at the asked rate, with images that need no pull, and with the CPU time of a request that this machine can bear. */
function fitted(
  input: ScenarioInput,
  scenario: Scenario,
  { rate, set }: ReplayFlags,
  machine: Machine,
): { readonly scenario: Scenario; readonly settings: readonly string[] } {
  const rateSettings = typeof rate === 'number' ? settingsAt(scenario, rate) : [];
  const atRate = reloaded(input, scenario, rateSettings);
  const own = [...imageSettings(scenario), ...rateSettings, ...cpuSettings(atRate, machine)];
  return { scenario: reloaded(input, scenario, own), settings: [...set, ...own] };
}

function settingsAt(scenario: Scenario, rateRps: number): readonly string[] {
  const setting = rateSetting(scenario.traffic, rateRps);
  return setting === null ? [] : [setting, ...capacitySettings(scenario, rateRps)];
}

function reloaded(input: ScenarioInput, scenario: Scenario, settings: readonly string[]): Scenario {
  if (settings.length === 0) return scenario;
  const changed = input.reload(settings);
  if (changed === null)
    throw new CommandError(ExitCode.badInput, `${scenario.name} does not take ${settings.join(' ')}.`);
  return changed;
}

async function opened(
  context: Context,
  input: ScenarioInput,
  { expect }: Scenario,
  { load = 'built-in', cluster, set }: ReplayFlags,
): ReturnType<typeof openReplay> {
  try {
    return await openReplay({ files: input.files, set, load, expect, cluster, signal: context.signal });
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Local time as it sorts: `20261124-194000`. */
function stamp(now: Date): string {
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
