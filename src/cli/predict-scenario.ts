/** Predicts for a command: seeds, threads, progress and interruption come from the command line. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { EngineChoice } from '../model/data-plane.ts';
import { predict, type PredictionResult, type Progress } from '../predict/predict.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { programVersion } from '../version.ts';
import type { Context } from './context.ts';

export interface PredictFlags {
  readonly runs: number;
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly workers?: number | undefined;
  readonly fixes: boolean;
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
      engine: flags.engine,
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
