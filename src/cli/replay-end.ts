/** How the end of a replay is told: its record, what went wrong, and what is left of it. */
import type { ExperimentEnd, Failure, Stage } from '../harness/experiment/experiment.machine.ts';
import type { ReplayResult } from '../harness/experiment/replay-options.ts';
import { jsonText } from '../report/json.ts';
import { replayText } from '../report/text-replay.ts';
import { asCommandError } from './as-command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

const REPLAY_SCHEMA = 'rollout-sim/replay/v1';

export type ReplayEnd = ExperimentEnd & ReplayResult;

/** @throws CommandError for what the environment lacked */
export function tellEnd(context: Context, end: ReplayEnd, json: boolean): ExitCode {
  tellRecord(context, end, json);
  const { failure } = end;
  if (context.signal.aborted) {
    // One that had failed by itself was told to stop in its end.
    const failed = failure !== null && failure.error !== context.signal.reason;
    if (failed) context.printError(`${lineOf(failure)}\n`);
    const stage = failed ? 'cleanUp' : (failure?.stage ?? 'cleanUp');
    const left = tellLeft(context, end)
      ? 'see above for what is left of it'
      : 'nothing of it is left running';
    context.printError(`Interrupted while ${WHILE[stage]}; ${left}.\n`);
    return ExitCode.interrupted;
  }
  const left = tellLeft(context, end);
  if (failure !== null) throw asCommandError(failure.error);
  return left ? ExitCode.environment : ExitCode.ok;
}

/** Names what could not be undone or taken away. @returns whether there is any such thing */
export function tellLeft(
  { printError }: Pick<Context, 'printError'>,
  { recoverFailure, cleanUpFailure }: ExperimentEnd,
): boolean {
  const left = [recoverFailure, cleanUpFailure].filter((failure) => failure !== null);
  // With the API server gone both fail of the same.
  for (const line of new Set(left.map(lineOf))) printError(`${line}\n`);
  return left.length > 0;
}

function tellRecord({ print, style }: Context, { record, recordFile }: ReplayEnd, json: boolean): void {
  if (record === null || recordFile === null) return;
  const { totals, rollout, pods, causes, measurement, scenario } = record;
  print(
    json
      ? jsonText({
          schema: REPLAY_SCHEMA,
          record: recordFile,
          scenario,
          measurement,
          totals,
          rollout,
          pods,
          causes,
        })
      : replayText(record, recordFile, style),
  );
}

const WHILE: Readonly<Record<Stage, string>> = {
  prepare: 'preparing',
  settle: 'settling',
  baseline: 'measuring the baseline',
  change: 'changing',
  watch: 'watching',
  recover: 'recovering',
  collect: 'collecting',
  cleanUp: 'cleaning up',
};

function lineOf({ error }: Failure): string {
  return error instanceof Error ? error.message : String(error);
}
