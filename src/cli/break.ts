/** `sim break`: the smallest schedule of faults that breaks what the scenario expects. */
import { availableParallelism } from 'node:os';
import type { EngineChoice } from '../model/data-plane.ts';
import { breakScenario, type BreakProgress } from '../predict/break/break-scenario.ts';
import { triedNothing, type Breaking } from '../predict/break/breaking.ts';
import {
  BUDGET_DEFAULT,
  budgetText,
  FAULT_KINDS,
  type Budget,
  type FaultKind,
} from '../predict/break/budget.ts';
import type { Schedule } from '../predict/break/schedule.ts';
import { jsonText } from '../report/json.ts';
import { plural } from '../report/numbers.ts';
import { sourcesOf } from '../report/source-lines.ts';
import { breakText, shellWord } from '../report/text-break.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { keepRegression, readRegressions } from './regression-file.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';

export interface BreakFlags {
  readonly budget: Budget;
  readonly kinds?: readonly FaultKind[] | undefined;
  readonly except?: readonly FaultKind[] | undefined;
  readonly minutes: number;
  readonly schedules?: number | undefined;
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly set: readonly string[];
  readonly path?: string | undefined;
  readonly regressions?: string | undefined;
  readonly workers?: number | undefined;
  readonly json?: true | undefined;
}

export async function breakIt(context: Context, name: string, flags: BreakFlags): Promise<ExitCode> {
  const json = flags.json === true;
  const path = flags.path === undefined ? undefined : pathOf(flags.path);
  if (kindsOf(flags).length === 0)
    throw new CommandError(ExitCode.badInput, 'No kind of fault is left: --except takes all that are tried.');
  const input = readScenario(name, flags.set);
  const { scenario, files } = input;
  if (scenario === null) return reportBadInput(context, input, json);
  const regressions = readRegressions(context, input, scenario, flags.regressions, json);
  if (regressions === null) return ExitCode.badInput;
  const breaking = await search(context, scenario, flags, regressions.schedules, path);
  const kept = keepRegression(regressions, breaking);
  const { counterexample } = breaking;
  if (json) context.print(jsonText(breaking));
  else {
    context.print(
      breakText({
        scenario,
        breaking,
        sources: sourcesOf(files, [...flags.set, ...(counterexample?.set ?? [])]),
        command: commandOf('break', name, [...flags.set.map(setWord), ...optionsOf(flags)]),
        replayCommand: commandOf('run', name, flags.set.map(setWord)),
        regressionLines: kept.lines,
        style: context.style,
      }),
    );
  }
  if (kept.problem !== null) throw kept.problem;
  if (counterexample !== null) return ExitCode.expectationNotMet;
  return triedNothing(breaking.tried) ? ExitCode.badInput : ExitCode.ok;
}

async function search(
  context: Context,
  scenario: Scenario,
  flags: BreakFlags,
  regressions: readonly Schedule[],
  path: readonly number[] | undefined,
): Promise<Breaking> {
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  try {
    return await breakScenario(scenario, {
      budget: flags.budget,
      kinds: kindsOf(flags),
      timeMs: flags.minutes * 60_000,
      schedulesMax: flags.schedules,
      runs: flags.runs,
      seed: flags.seed,
      engine: flags.engine,
      settings: flags.set.length,
      regressions,
      path,
      workers: flags.workers ?? availableParallelism(),
      signal: context.signal,
      clock: () => performance.now(),
      version: programVersion(),
      onProgress: (progress) => {
        context.progress.show(progressText(progress));
      },
    });
  } catch (error) {
    if (error instanceof RangeError && path !== undefined)
      throw new CommandError(ExitCode.badInput, `With these options ${error.message}.`);
    throw error;
  } finally {
    context.progress.clear();
  }
}

function kindsOf({ kinds = FAULT_KINDS, except = [] }: BreakFlags): readonly FaultKind[] {
  return kinds.filter((kind) => !except.includes(kind));
}

function progressText({ stage, schedules }: BreakProgress): string {
  if (stage === 'searching') return `searching: ${plural(schedules, 'schedule')} tried`;
  if (stage === 'shrinking') return `shrinking: ${plural(schedules, 'smaller one')} tried`;
  return `trying: ${stage}`;
}

/** `12:0:3` → numbers. @throws CommandError when it is none */
function pathOf(text: string): readonly number[] {
  if (!/^\d{1,9}(?::\d{1,9})*$/u.test(text))
    throw new CommandError(
      ExitCode.badInput,
      `A path is numbers with colons between, such as 12:0:3, not ${text}.`,
    );
  return text.split(':').map(Number);
}

function commandOf(command: string, name: string, options: readonly string[]): string {
  return ['sim', command, shellWord(name), ...options].join(' ');
}

function setWord(text: string): string {
  return `--set ${shellWord(text)}`;
}

/** The options that decide which schedules there are, and what counts as broken. */
function optionsOf(flags: BreakFlags): readonly string[] {
  const { budget, kinds, except, runs, seed, engine } = flags;
  return [
    ...(budgetText(budget) === budgetText(BUDGET_DEFAULT) ? [] : [`--budget ${budgetText(budget)}`]),
    ...(kinds === undefined ? [] : [`--kinds ${kinds.join(',')}`]),
    ...(except === undefined ? [] : [`--except ${except.join(',')}`]),
    ...(engine === 'auto' ? [] : [`--engine ${engine}`]),
    `--runs ${runs} --seed ${seed}`,
  ];
}
