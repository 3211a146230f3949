/** `sim verify`: what was predicted beside what was measured, and whether the prediction held. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import { openRunner } from '../predict/open-runner.ts';
import { jsonText } from '../report/json.ts';
import { verificationMarkdown } from '../report/markdown-verify.ts';
import { verificationText } from '../report/text-verify.ts';
import { isProfileFile } from '../scenario/profile-input.ts';
import type { ScenarioVerification } from '../verification.ts';
import { onLoadedMachine } from '../verify/loaded-machine.ts';
import { counts, measuredRun } from '../verify/measured-run.ts';
import { predictedClusters } from '../verify/predicted-clusters.ts';
import { verificationOf } from '../verify/verification-of.ts';
import { verifyScenario } from '../verify/verify-scenario.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { refuseRateless } from './refuse-rateless.ts';
import { readScenario, reportBadInput } from './scenario-input.ts';
import { verifyCases, type VerifyCase } from './verify-input.ts';
import type { Replays } from './verify-replays.ts';
import { writeWholeFile } from './write-file.ts';

export interface VerifyFlags {
  readonly record: readonly string[];
  readonly replays?: number | undefined;
  readonly rate?: number | 'auto' | undefined;
  readonly baseline: number;
  readonly cluster?: string | undefined;
  readonly out: string;
  readonly profile?: string | undefined;
  readonly set: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
  readonly json?: true | undefined;
  readonly markdown?: true | undefined;
}

export async function verify(
  context: Context,
  names: readonly string[],
  flags: VerifyFlags,
): Promise<ExitCode> {
  if (flags.json === true && flags.markdown === true)
    throw new CommandError(
      ExitCode.badInput,
      'Print it as JSON or as Markdown: --json and --markdown exclude each other.',
    );
  const profile = flags.profile === undefined ? [] : [`spec.cluster.profile=${profileOf(flags.profile)}`];
  const json = flags.json === true;
  if (
    flags.replays !== undefined &&
    !allReplayable(context, names, { ...flags, set: [...flags.set, ...profile] })
  )
    return ExitCode.badInput;
  const replayed = await replaysOf(context, names, flags);
  const { set } = flags;
  const files = [...flags.record, ...replayed.files];
  const { unrecorded } = replayed;
  const cases = verifyCases(context, { names, files, set, profile, json, unrecorded });
  if (cases === null) return ExitCode.badInput;
  if (cases.length === 0) throw replayed.error;
  const exitCode = await judge(context, cases, flags);
  if (replayed.error !== null) throw replayed.error;
  return exitCode;
}

async function judge(context: Context, cases: readonly VerifyCase[], flags: VerifyFlags): Promise<ExitCode> {
  const verification = verificationOf(await verifyAll(context, cases, flags), programVersion());
  if (flags.replays !== undefined) {
    writeWholeFile(join(flags.out, 'verification.json'), jsonText(verification));
    writeWholeFile(join(flags.out, 'summary.md'), verificationMarkdown(verification));
  }
  context.print(textOf(context, verification, flags));
  return verification.verdict === 'consistent' ? ExitCode.ok : ExitCode.expectationNotMet;
}

/** A file named on the command line is looked for from here, one named in a scenario beside the scenario. */
function profileOf(name: string): string {
  return isProfileFile(name) ? resolve(name) : name;
}

/** What is wrong with a scenario is told before the first replay, not after an hour of them. */
function allReplayable(context: Context, names: readonly string[], flags: VerifyFlags): boolean {
  return names.every((name) => {
    const input = readScenario(name, flags.set);
    if (input.scenario === null) reportBadInput(context, input, flags.json === true);
    else refuseRateless(input.scenario, flags);
    return input.scenario !== null;
  });
}

async function replaysOf(context: Context, names: readonly string[], flags: VerifyFlags): Promise<Replays> {
  const { replays } = flags;
  if (replays === undefined) return { files: [], unrecorded: [], error: null };
  const { replayAll } = await import('./verify-replays.ts');
  return replayAll(context, names, { ...flags, replays });
}

function textOf(
  context: Context,
  verification: Parameters<typeof verificationText>[0],
  { json, markdown }: VerifyFlags,
): string {
  if (json === true) return jsonText(verification);
  return markdown === true
    ? verificationMarkdown(verification)
    : verificationText(verification, context.style);
}

async function verifyAll(
  context: Context,
  cases: readonly VerifyCase[],
  { seed, runs: clusters, engine, workers = availableParallelism() }: VerifyFlags,
): Promise<readonly ScenarioVerification[]> {
  const planned = cases.map((one) => ({ ...one, runsEach: Math.max(1, one.records.filter(counts).length) }));
  const total = planned.reduce((sum, { runsEach }) => sum + clusters * runsEach, 0);
  const { signal } = context;
  const runner = await openRunner(total, { engine, workers, signal, pause: async () => setImmediate() });
  context.trace.seed = seed;
  let done = 0;
  const onRun = (): void => {
    done++;
    context.progress.show(`simulating: ${done} of ${total} runs`);
  };
  try {
    return await Promise.all(
      planned.map(async ({ scenario, settings, records, runsEach }) => {
        const machine = onLoadedMachine(scenario, records);
        const asked = { seed, clusters, runsEach };
        return verifyScenario({
          scenario,
          settings,
          idleShare: machine.idleShare,
          seed,
          predicted: await predictedClusters(runner, machine.scenario, asked, onRun),
          measured: records.map(measuredRun),
        });
      }),
    );
  } finally {
    context.progress.clear();
    await runner.close();
  }
}
