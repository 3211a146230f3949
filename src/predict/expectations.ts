/** Which of the scenario's expectations hold, and in how many of the runs. */
import type { ExpectationResult } from '../prediction.ts';
import { formatDuration } from '../scenario/duration.ts';
import type { Expectation } from '../scenario/scenario.ts';
import type { RunSummary } from './run-summary.ts';
import { summarize } from './statistics.ts';

/** An expectation counts as met from this share of runs on. */
export const MET_SHARE_MIN = 0.95;

export interface Check {
  readonly name: string;
  readonly target: string;
  readonly valueOf: (run: RunSummary) => number;
  readonly holds: (run: RunSummary) => boolean;
}

export function checkExpectations(
  expectations: readonly Expectation[],
  runs: readonly RunSummary[],
): readonly ExpectationResult[] {
  return expectations.map((expectation) => {
    const { name, target, valueOf, holds } = checkOf(expectation);
    const probabilityMet = runs.filter(holds).length / runs.length;
    return {
      name,
      target,
      value: summarize(runs.map(valueOf)),
      probabilityMet,
      met: probabilityMet >= MET_SHARE_MIN,
    };
  });
}

/** What an expectation asks of one run. */
export function checkOf(expectation: Expectation): Check {
  switch (expectation.name) {
    case 'failedRequests':
      return atMost('failedRequests', String(expectation.max), expectation.max, (run) => run.totals.failed);
    case 'failedShare':
      return atMost(
        'failedShare',
        `${Number((100 * expectation.max).toPrecision(12))}%`,
        expectation.max,
        failedShare,
      );
    case 'latency': {
      const { quantile, maxMs } = expectation;
      return atMost(
        `latency.${quantile}`,
        formatDuration(maxMs),
        maxMs,
        (run) => run.totals.latencyMs[quantile],
      );
    }
    case 'podsMax':
      return atMost(
        'pods.max',
        String(expectation.max),
        expectation.max,
        (run) => run.pods.peakWithTerminating,
      );
    case 'readyMin': {
      const { min } = expectation;
      return {
        name: 'pods.readyMin',
        target: String(min),
        valueOf: (run) => run.pods.minReady,
        holds: (run) => run.pods.minReady >= min,
      };
    }
    case 'rolloutWithin': {
      const { maxMs } = expectation;
      // A rollout that never completed has taken at least until the run's end.
      return {
        name: 'rolloutWithin',
        target: formatDuration(maxMs),
        valueOf: (run) => run.rollout.completeMs ?? run.endMs,
        holds: (run) => run.rollout.completeMs !== null && run.rollout.completeMs <= maxMs,
      };
    }
  }
}

function atMost(name: string, target: string, max: number, valueOf: (run: RunSummary) => number): Check {
  return { name, target, valueOf, holds: (run) => valueOf(run) <= max };
}

function failedShare({ totals }: RunSummary): number {
  return totals.offered === 0 ? 0 : totals.failed / totals.offered;
}
