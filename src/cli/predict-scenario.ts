/** Predicts for a command: seeds, threads, progress and interruption come from the command line. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { predict, type PredictionResult, type Progress } from '../predict/predict.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { programVersion } from '../version.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

export type Engine = 'auto' | 'exact' | 'skip-ahead';

export interface PredictFlags {
  readonly runs: number;
  readonly seed: number;
  readonly engine: Engine;
  readonly workers?: number | undefined;
  readonly fixes: boolean;
}

/** @throws CommandError for the engine that this version lacks */
export function refuseMissingEngine(engine: Engine): void {
  if (engine !== 'skip-ahead') return;
  throw new CommandError(
    ExitCode.badInput,
    'The engine skip-ahead is not part of this version; --engine exact follows every request.',
  );
}

export async function predictScenario(
  context: Context,
  scenario: Scenario,
  reload: (set: readonly string[]) => Scenario | null,
  flags: PredictFlags,
): Promise<PredictionResult> {
  context.trace.seed = flags.seed;
  context.trace.digest = scenario.digest;
  try {
    return await predict(scenario, {
      runs: flags.runs,
      seed: flags.seed,
      workers: flags.workers ?? availableParallelism(),
      ...(flags.fixes && { reload }),
      signal: context.signal,
      onProgress: (progress) => {
        context.progress.show(progressText(progress));
      },
      clock: () => performance.now(),
      pause: async () => setImmediate(),
      version: programVersion(),
    });
  } finally {
    context.progress.clear();
  }
}

function progressText({ stage, done, total }: Progress): string {
  return stage === 'runs'
    ? `simulating: ${done} of ${total} runs`
    : `trying the fixes: ${done} of ${total} runs`;
}
