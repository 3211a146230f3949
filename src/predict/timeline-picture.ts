/** What happened when, averaged over runs: the three curves under a prediction. */
import { SECOND_MS } from '../kernel/time.ts';
import type { RunSummary, Seconds } from './run-summary.ts';

export interface TimelinePicture extends Seconds {
  readonly startMs: number;
  readonly endMs: number;
}

/** Second by second the mean over runs; a run that has ended stays as it was, without failures. */
export function pictureOf(runs: readonly RunSummary[]): TimelinePicture {
  const startMs = runs[0]?.startMs ?? 0;
  const length = Math.max(0, ...runs.map((run) => run.seconds.failed.length));
  const meanOf = (valueOf: (run: RunSummary, second: number) => number): number[] =>
    Array.from({ length }, (_, second) => {
      let sum = 0;
      for (const run of runs) sum += valueOf(run, second);
      return sum / runs.length;
    });
  return {
    startMs,
    endMs: startMs + length * SECOND_MS,
    failed: meanOf((run, second) => run.seconds.failed[second] ?? 0),
    ready: meanOf((run, second) => run.seconds.ready[second] ?? run.seconds.ready.at(-1) ?? 0),
    pods: meanOf((run, second) => run.seconds.pods[second] ?? run.seconds.pods.at(-1) ?? 0),
  };
}
