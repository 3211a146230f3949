/**
 * A prediction held against replays of the same scenario on a cluster: the shape of `sim verify --json`; other programs
 * rely on it.
 */
import type { BusyMachine } from './busy-machine.ts';
import type { FigureUnit } from './comparison.ts';
import type { Summary } from './prediction.ts';
import type { Measurement } from './record.ts';

export const VERIFICATION_SCHEMA = 'rollout-sim/verification/v1';

export interface Verification {
  readonly schema: typeof VERIFICATION_SCHEMA;
  readonly version: string;
  readonly scenarios: readonly ScenarioVerification[];
  readonly coverage: Coverage;
  /** The worst of the scenarios'. */
  readonly verdict: VerificationVerdict;
}

/** `unjudged`: no replay of it was valid. */
export type VerificationVerdict = 'consistent' | 'inconsistent' | 'unjudged';

/** How often the 95 % intervals of the failed requests held what was measured, over all valid replays. */
export interface Coverage {
  readonly replays: number;
  readonly covered: number;
  /** Scenarios for which no run and no replay failed a request: they are covered trivially, and not counted above. */
  readonly sureZeros: readonly string[];
}

export interface ScenarioVerification {
  readonly scenario: { readonly name: string; readonly digest: string };
  readonly seed: number;
  readonly runs: number;
  /** What the replays had to set differently from the scenario as it stands, their rate among them. */
  readonly settings: readonly string[];
  /**
   * How much of the machine the load of the replays left, of which starts of pods are predicted to have no more; null
   * where nodes are machines of their own.
   */
  readonly idleShare: number | null;
  readonly replays: readonly ReplayFacts[];
  readonly figures: readonly VerifiedFigure[];
  /** Of the failed requests; null without a valid replay. */
  readonly scores: Scores | null;
  readonly failedPerSecond: FailureLines;
  readonly verdict: VerificationVerdict;
  /** Names of the figures that speak against the prediction. */
  readonly refutedBy: readonly string[];
  /** Names of the figures that could not have done so, whatever was measured: too few runs predict. */
  readonly silent: readonly string[];
  /** How many runs are needed so that each could. */
  readonly runsNeeded: number;
}

export interface ReplayFacts extends Pick<
  Measurement,
  'invalidBecause' | 'partial' | 'achievedRateShare' | 'lagP99Ms'
> {
  readonly valid: boolean;
  /** How long the machine had nothing left. */
  readonly busyMachine: BusyMachine;
  readonly offered: number;
  readonly failed: number;
  readonly profile: string;
}

export interface VerifiedFigure {
  /** Where it stands in a prediction, such as `requests.failed`. */
  readonly name: string;
  readonly unit: FigureUnit;
  /** null: no run has it, since no rollout completes. */
  readonly predicted: Summary | null;
  /** One value for each valid replay; null where that replay has none. */
  readonly measured: readonly (number | null)[];
  /** Whether each measured value lies within the 95 % prediction interval. */
  readonly covered: readonly boolean[];
  /**
   * Probability of replays at least as far out as these if the prediction were right: the rank (two-sided) of their
   * mean among the means of as many predicted runs on one cluster. A mean with a value that never comes is the largest.
   */
  readonly pValue: number;
}

export interface Scores {
  /** Mean width of the 95 % interval. */
  readonly width: number;
  /** Width plus 40 times the distance by which a measured value lies outside (Gneiting and Raftery, 2007). */
  readonly intervalScore: number;
  /** Continuous ranked probability score, in requests; for a single value it is the distance. */
  readonly crps: number;
  /** 1 − CRPS ÷ CRPS of a naive rule; positive: better than the rule. null where the rule is exactly right. */
  readonly skill: { readonly alwaysZero: number | null; readonly onePodSecond: number | null };
}

/** Failed requests in each second, the change at the same place in all of them. */
export interface FailureLines {
  /** Time of the first second relative to time 0. */
  readonly startMs: number;
  readonly predicted: {
    readonly low: readonly number[];
    readonly middle: readonly number[];
    readonly high: readonly number[];
  };
  readonly measured: readonly (readonly number[])[];
}
