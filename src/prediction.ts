/**
 * The prediction: many runs of one scenario, summarised. The shape of `sim run --json`; other programs rely on it.
 */
import type { Severity } from './scenario/diagnostic.ts';
import type { FailureClass } from './record.ts';

export const PREDICTION_SCHEMA = 'rollout-sim/prediction/v1';

/** A figure over runs. p2_5 … p97_5 is a prediction interval for one run, the profile's uncertainty included. */
export interface Summary {
  readonly mean: number;
  readonly sd: number;
  readonly p2_5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p97_5: number;
  readonly min: number;
  readonly max: number;
}

export interface Prediction {
  readonly schema: typeof PREDICTION_SCHEMA;
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly engine: {
    readonly version: string;
    readonly mode: 'exact' | 'skip-ahead';
    readonly seed: number;
    readonly runs: number;
    readonly wallMs: number;
    /** Mean share of the requests that were followed one by one; 1 for the exact engine. */
    readonly exactShare: number;
    /** Upper bound on the expected failed requests that a run counted too many or too few for the others' sake. */
    readonly errorBound: number;
  };
  readonly requests: {
    readonly offered: Summary;
    readonly failed: Summary;
    readonly failedByClass: Readonly<Partial<Record<FailureClass, Summary>>>;
    readonly failedNewConnections: Summary;
    readonly failedReusedConnections: Summary;
    readonly retried: Summary;
  };
  readonly latencyMs: {
    readonly p50: Summary;
    readonly p90: Summary;
    readonly p99: Summary;
    readonly p999: Summary;
  };
  readonly rollout: {
    /** Shares of runs; they add up to 1 unless the scenario rolls nothing out. */
    readonly outcome: { readonly complete: number; readonly stalled: number; readonly rolledBack: number };
    /** Over the runs that completed; null when none did. */
    readonly completeMs: Summary | null;
    readonly lastOldPodGoneMs: Summary | null;
  };
  readonly pods: {
    readonly peakDesired: Summary;
    readonly peakWithTerminating: Summary;
    readonly minReady: Summary;
    readonly minServing: Summary;
    readonly peakCpuRequested: Summary;
    readonly peakMemoryRequestedBytes: Summary;
  };
  readonly causes: readonly PredictedCause[];
  /** What the fixes of all causes do when they are made together; null when there are fewer than two. */
  readonly allFixes: Fix | null;
  readonly expectations: readonly ExpectationResult[];
  readonly warnings: readonly PredictionWarning[];
}

export interface PredictedCause {
  readonly rule: string;
  readonly title: string;
  /** Of all failed requests of all runs. */
  readonly share: number;
  readonly failed: Summary;
  readonly where: readonly { readonly file: string; readonly line: number }[];
  /** null when no setting of the scenario would prevent it. */
  readonly fix: Fix | null;
}

export interface Fix {
  readonly title: string;
  /** What `--set` takes, path to value. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Failed requests of the whole scenario with the fix in place, same seeds; null when it was not simulated. */
  readonly failed: Summary | null;
}

export interface ExpectationResult {
  readonly name: string;
  readonly target: string;
  readonly value: Summary;
  /** Share of runs that met it. */
  readonly probabilityMet: number;
  /** Whether at least 95 % of runs met it. */
  readonly met: boolean;
}

export interface PredictionWarning {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
}
