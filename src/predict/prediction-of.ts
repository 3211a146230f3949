/** Runs → Prediction: figures summarised, nothing simulated. */
import {
  PREDICTION_SCHEMA,
  type Fix,
  type PredictedCause,
  type Prediction,
  type Summary,
} from '../prediction.ts';
import { FAILURE_CLASSES, type FailureClass, type RolloutResult } from '../record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CauseOverRuns } from './causes.ts';
import { checkExpectations } from './expectations.ts';
import { ruleTitle } from './rule-titles.ts';
import type { RunSummary } from './run-summary.ts';
import { mean, summarize } from './statistics.ts';

export interface PredictionParts {
  readonly scenario: Pick<Scenario, 'name' | 'digest' | 'expect' | 'warnings'>;
  /** At least one, in the order of their seeds. */
  readonly runs: readonly RunSummary[];
  readonly causes: readonly CauseOverRuns[];
  readonly fixOf: (cause: CauseOverRuns) => Fix | null;
  readonly allFixes: Fix | null;
  readonly version: string;
  readonly seed: number;
  readonly wallMs: number;
}

/** @throws RangeError without runs */
export function predictionOf(parts: PredictionParts): Prediction {
  const { scenario, runs, version, seed, wallMs } = parts;
  const over = (valueOf: (run: RunSummary) => number, most?: number): Summary =>
    summarize(runs.map(valueOf), most);
  const offeredMost = Math.max(...runs.map(({ totals }) => totals.offered));
  return {
    schema: PREDICTION_SCHEMA,
    scenario: { name: scenario.name, digest: scenario.digest },
    engine: {
      version,
      mode: runs.some(({ engine }) => engine === 'skip-ahead') ? 'skip-ahead' : 'exact',
      seed,
      runs: runs.length,
      wallMs,
      exactShare: mean(runs.map(({ accuracy }) => accuracy.exactShare)),
      errorBound: mean(runs.map(({ accuracy }) => accuracy.errorBound)),
    },
    requests: {
      offered: over(({ totals }) => totals.offered),
      failed: over(({ totals }) => totals.failed, offeredMost),
      failedByClass: failedByClass(runs),
      failedNewConnections: over(({ totals }) => totals.failedNewConnections),
      failedReusedConnections: over(({ totals }) => totals.failedReusedConnections),
      retried: over(({ totals }) => totals.retried),
    },
    latencyMs: {
      p50: over(({ totals }) => totals.latencyMs.p50),
      p90: over(({ totals }) => totals.latencyMs.p90),
      p99: over(({ totals }) => totals.latencyMs.p99),
      p999: over(({ totals }) => totals.latencyMs.p999),
    },
    rollout: rolloutOver(runs),
    pods: {
      peakDesired: over(({ pods }) => pods.peakDesired),
      peakWithTerminating: over(({ pods }) => pods.peakWithTerminating),
      minReady: over(({ pods }) => pods.minReady),
      minServing: over(({ pods }) => pods.minServing),
      peakCpuRequested: over(({ pods }) => pods.peakCpuRequestedMilli / 1000),
      peakMemoryRequestedBytes: over(({ pods }) => pods.peakMemoryRequestedBytes),
    },
    causes: parts.causes.map((cause) => predictedCause(cause, parts.fixOf(cause))),
    allFixes: parts.allFixes,
    expectations: checkExpectations(scenario.expect, runs),
    warnings: scenario.warnings.map(({ code, severity, message, location: { file, line } }) => ({
      code,
      severity,
      message,
      file,
      line,
    })),
  };
}

/** Classes that occurred in at least one run. */
function failedByClass(runs: readonly RunSummary[]): Prediction['requests']['failedByClass'] {
  const summaries: Partial<Record<FailureClass, Summary>> = {};
  for (const failure of FAILURE_CLASSES) {
    const counts = runs.map(({ totals }) => totals.failedByClass[failure] ?? 0);
    if (counts.some((count) => count > 0)) summaries[failure] = summarize(counts);
  }
  return summaries;
}

function rolloutOver(runs: readonly RunSummary[]): Prediction['rollout'] {
  const shareOf = (outcome: RolloutResult['outcome']): number =>
    runs.filter(({ rollout }) => rollout.outcome === outcome).length / runs.length;
  const known = (valueOf: (rollout: RolloutResult) => number | null): Summary | null => {
    const values = runs.flatMap(({ rollout }) => valueOf(rollout) ?? []);
    return values.length === 0 ? null : summarize(values);
  };
  return {
    outcome: {
      complete: shareOf('complete'),
      stalled: shareOf('stalled'),
      rolledBack: shareOf('rolled-back'),
    },
    completeMs: known(({ completeMs }) => completeMs),
    lastOldPodGoneMs: known(({ lastOldPodGoneMs }) => lastOldPodGoneMs),
  };
}

function predictedCause(cause: CauseOverRuns, fix: Fix | null): PredictedCause {
  return {
    rule: cause.rule,
    title: ruleTitle(cause.rule),
    share: cause.share,
    failed: cause.failed,
    where: cause.where.map(({ file, line }) => ({ file, line })),
    fix,
  };
}
