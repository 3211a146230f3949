/**
 * A few runs of one scenario as text that a reviewer can read in a diff. Figures keep two digits, so that a change of the
 * model shows where it changes an answer and not in every file.
 */
import type { RunRecord, SourceLocation } from '../../src/index.ts';
import { FAILURE_CLASSES } from '../../src/record.ts';
import { meanOf } from './bundled-run.ts';

/** `0`, `7.5`, `97`, `12000`. */
export function twoDigits(value: number): string {
  return String(Number(value.toPrecision(2)));
}

const seconds = (ms: number): string => `${twoDigits(ms / 1000)} s`;
const gibibytes = (bytes: number): string => `${twoDigits(bytes / 1024 ** 3)} Gi`;

export function summaryText(name: string, runs: readonly RunRecord[]): string {
  return [
    `${name}, mean of ${runs.length} runs from seed 1`,
    '',
    line('requests', twoDigits(meanOf(runs, ({ totals }) => totals.offered))),
    line('failed', failedText(runs)),
    ...causeLines(runs),
    line('latency', latencyText(runs)),
    line('rollout', rolloutText(runs)),
    line('pods', podsText(runs)),
    '',
  ].join('\n');
}

function line(label: string, text: string): string {
  return `${label.padEnd(10)}${text}`;
}

function failedText(runs: readonly RunRecord[]): string {
  const total = twoDigits(meanOf(runs, ({ totals }) => totals.failed));
  const classes = FAILURE_CLASSES.flatMap((failureClass) => {
    const mean = meanOf(runs, ({ totals }) => totals.failedByClass[failureClass] ?? 0);
    return mean === 0 ? [] : [`${failureClass} ${twoDigits(mean)}`];
  });
  return classes.length === 0 ? total : `${total} = ${classes.join(' + ')}`;
}

function causeLines(runs: readonly RunRecord[]): string[] {
  const causes = new Map<string, number>();
  for (const { causes: ofRun } of runs) {
    for (const { rule, where, failed } of ofRun) {
      const key = `${rule} at ${where.length === 0 ? 'no line' : where.map(place).join(', ')}`;
      causes.set(key, (causes.get(key) ?? 0) + failed / runs.length);
    }
  }
  return [...causes]
    .toSorted(([a, failedA], [b, failedB]) => failedB - failedA || (a < b ? -1 : 1))
    .map(([key, failed]) => line('', `${twoDigits(failed)} by ${key}`));
}

function place({ file, line: number }: SourceLocation): string {
  return `${file}:${number}`;
}

function latencyText(runs: readonly RunRecord[]): string {
  return (['p50', 'p99'] as const)
    .map(
      (quantile) => `${quantile} ${twoDigits(meanOf(runs, ({ totals }) => totals.latencyMs[quantile]))} ms`,
    )
    .join(', ');
}

function rolloutText(runs: readonly RunRecord[]): string {
  const outcomes = [...new Set(runs.map(({ rollout }) => rollout.outcome))].toSorted().join(' or ');
  const complete = runs.flatMap(({ rollout }) => rollout.completeMs ?? []);
  const gone = runs.flatMap(({ rollout }) => rollout.lastOldPodGoneMs ?? []);
  const after = complete.length === 0 ? '' : ` after ${seconds(meanOf(complete, (ms) => ms))}`;
  return (
    outcomes +
    after +
    (gone.length === 0 ? '' : `, last old pod gone after ${seconds(meanOf(gone, (ms) => ms))}`)
  );
}

function podsText(runs: readonly RunRecord[]): string {
  const most = (value: (record: RunRecord) => number): number => Math.max(...runs.map(value));
  const fewest = (value: (record: RunRecord) => number): number => Math.min(...runs.map(value));
  return [
    `at most ${most(({ pods }) => pods.peakDesired)} desired`,
    `${most(({ pods }) => pods.peakWithTerminating)} with terminating ones`,
    `at least ${fewest(({ pods }) => pods.minReady)} ready`,
    `${fewest(({ pods }) => pods.minServing)} serving`,
    `up to ${twoDigits(most(({ pods }) => pods.peakCpuRequestedMilli) / 1000)} CPU`,
    `and ${gibibytes(most(({ pods }) => pods.peakMemoryRequestedBytes))} requested`,
  ].join(', ');
}
