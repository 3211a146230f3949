/** What a question about a scenario is, and what its answer is made of. */
import type { Scenario } from '../../scenario/scenario.ts';
import type { Reload } from '../fixes.ts';
import type { RunSummary } from '../run-summary.ts';

export const QUESTION_IDS = [
  'max-pods',
  'min-ready',
  'min-serving',
  'failed',
  'duration',
  'rollback-time',
  'safe-prestop',
  'headroom',
  'drain-time',
  'node-loss',
  'error-budget',
  'fits',
] as const;

export type QuestionId = (typeof QUESTION_IDS)[number];

/** `core` is CPU in cores, `probability` and `share` lie in [0, 1], `truth` is 0 or 1. */
export type Unit = 'count' | 'ms' | 'share' | 'probability' | 'core' | 'bytes' | 'rps' | 'truth';

/** One figure of an answer. */
export interface Measure {
  readonly name: string;
  readonly unit: Unit;
  /** One for each seed, in their order, or a single one that no chance decides; null where there is none. */
  readonly values: readonly (number | null)[];
  /** What to say where there is none. */
  readonly otherwise: string;
}

export interface Reply {
  /** The first is the answer, the others its detail. */
  readonly measures: readonly Measure[];
  /** Sentences that the figures cannot say. */
  readonly notes: readonly string[];
}

/** The scenario that is asked about, and what it takes to find an answer. */
export interface Asked {
  readonly scenario: Scenario;
  /** The same scenario with further settings; null where they do not fit. */
  readonly reload: Reload;
  readonly seeds: readonly number[];
  /** Share of all requests that may fail in 30 days, such as 0.001. */
  readonly errorBudget: number;
  /**
   * The runs of a scenario, one for each seed, or for the first so many of them; what has been run already is not run
   * again.
   */
  readonly runs: (scenario: Scenario, seedsMax?: number) => Promise<readonly RunSummary[]>;
}

export interface Question {
  readonly id: QuestionId;
  /** As a person would ask it. */
  readonly title: string;
  /** Words that it is recognised by, in their simplest form; the first ones weigh most. */
  readonly words: readonly string[];
  readonly ask: (asked: Asked) => Promise<Reply>;
}

/** A figure of every run. */
export function overRuns(
  name: string,
  unit: Unit,
  runs: readonly RunSummary[],
  valueOf: (run: RunSummary) => number | null,
  otherwise: string = 'never',
): Measure {
  return { name, unit, values: runs.map(valueOf), otherwise };
}

/** A figure that no chance decides, or that sums the runs up. */
export function single(name: string, unit: Unit, value: number | null, otherwise: string = 'never'): Measure {
  return { name, unit, values: [value], otherwise };
}

/** An answer without a figure: why the question cannot be asked of this scenario. */
export function noAnswer(why: string): Reply {
  return { measures: [], notes: [why] };
}

export const NO_DEPLOYMENT: Reply = noAnswer('No Deployment stands behind the called Service.');
