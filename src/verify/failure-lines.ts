/** The failed requests of each second, predicted and measured, over the same clock. */
import type { RunSummary } from '../predict/run-summary.ts';
import { predictionInterval, quantile } from '../predict/statistics.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { FailureLines } from '../verification.ts';

/** @param predicted not empty */
export function failureLines(
  predicted: readonly RunSummary[],
  measured: readonly RunSummary[],
): FailureLines {
  const all = [...predicted, ...measured];
  const first = Math.min(...all.map(({ startMs }) => Math.floor(startMs / SECOND_MS)));
  const last = Math.max(...all.map((run) => Math.floor(run.startMs / SECOND_MS) + run.seconds.failed.length));
  const aligned = (run: RunSummary): readonly number[] => {
    const offset = Math.floor(run.startMs / SECOND_MS) - first;
    return Array.from({ length: last - first }, (_, second) => run.seconds.failed[second - offset] ?? 0);
  };
  const columns = predicted.map(aligned);
  const bands = Array.from({ length: last - first }, (_, second) => {
    const sorted = columns.map((column) => column[second] as number).sort((a, b) => a - b);
    const [low, high] = predictionInterval(sorted);
    return { low, middle: quantile(sorted, 0.5), high };
  });
  return {
    startMs: first * SECOND_MS,
    predicted: {
      low: bands.map(({ low }) => low),
      middle: bands.map(({ middle }) => middle),
      high: bands.map(({ high }) => high),
    },
    measured: measured.map(aligned),
  };
}
