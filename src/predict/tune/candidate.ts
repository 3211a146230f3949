/**
 * A configuration under search: what its runs gave so far, and what can be said of it. Runs of all candidates have the
 * same seeds in the same order, so that any two are paired.
 */
import { MET_SHARE_MIN } from '../expectations.ts';
import { mean } from '../statistics.ts';
import { pointKey, type Point } from './space.ts';
import { Z_99, wilsonInterval, type ShareInterval } from './wilson.ts';

/** What one run gives to the search. */
export interface RunOutcome {
  /** Whether every expectation holds. */
  readonly met: boolean;
  /** How many expectations do not hold. */
  readonly unmet: number;
  readonly failed: number;
  readonly offered: number;
  /** Until the rollout is complete; a rollout that never is has taken until the run's end. */
  readonly durationMs: number;
  /** Most pod objects at once, terminating ones included. */
  readonly peakPods: number;
  /** Pods that the configuration runs all the time. */
  readonly standingPods: number;
  /** Pods beyond those, times how long they were there. */
  readonly extraPodMs: number;
}

export interface Candidate {
  readonly point: Point;
  readonly key: string;
  /** In the order of the seeds. */
  readonly outcomes: readonly RunOutcome[];
  /** Whether the configuration is one that the API server refuses. */
  readonly refused: boolean;
  /** Fields whose value is not the present one. */
  readonly changedFields: number;
}

/** meets, misses: clear enough; open: more runs could say. */
export type Verdict = 'meets' | 'misses' | 'open';

/** So many runs of every candidate that is worth it are compared with each other, the same seeds for each. */
export const PAIRED_RUNS = 4;

/** After so many runs a share that is still too near the edge is taken as it is. */
export const CANDIDATE_RUNS_MAX = 200;

export function newCandidate(point: Point, changedFields: number): Candidate {
  return { point, key: pointKey(point), outcomes: [], refused: false, changedFields };
}

export function metRuns({ outcomes }: Candidate): number {
  return outcomes.filter(({ met }) => met).length;
}

/** 95 % interval of the probability that a rollout meets the expectations; null without runs. */
export function metInterval(candidate: Candidate): ShareInterval | null {
  const runs = candidate.outcomes.length;
  return runs === 0 ? null : wilsonInterval(metRuns(candidate), runs);
}

/**
 * A configuration is dropped when the 99 % interval lies below the share that counts as met: it is looked at after every
 * few runs, and 99 % leaves room for that. It is accepted when the 95 % interval lies above, which takes 73 runs without
 * a miss.
 */
export function verdictOf(candidate: Candidate): Verdict {
  const runs = candidate.outcomes.length;
  if (candidate.refused) return 'misses';
  if (runs === 0) return 'open';
  const hits = metRuns(candidate);
  if (wilsonInterval(hits, runs, Z_99).high < MET_SHARE_MIN) return 'misses';
  if (wilsonInterval(hits, runs).low >= MET_SHARE_MIN) return 'meets';
  if (runs < CANDIDATE_RUNS_MAX) return 'open';
  return hits / runs >= MET_SHARE_MIN ? 'meets' : 'misses';
}

export interface Figures {
  readonly failed: number;
  readonly durationMs: number;
  readonly peakPods: number;
  readonly standingPods: number;
  readonly extraPodMs: number;
}

/**
 * Means over the first runs, whose seeds all candidates have in common, so that none looks better for having had other
 * seeds: a single seed can fail a hundred times as many requests as another. null without runs.
 * @param runsMost how many of them count
 */
export function figuresOf({ outcomes }: Candidate, runsMost: number = PAIRED_RUNS): Figures | null {
  if (outcomes.length === 0) return null;
  const paired = outcomes.slice(0, runsMost);
  return {
    failed: mean(paired.map(({ failed }) => failed)),
    durationMs: mean(paired.map(({ durationMs }) => durationMs)),
    peakPods: mean(paired.map(({ peakPods }) => peakPods)),
    standingPods: mean(paired.map(({ standingPods }) => standingPods)),
    extraPodMs: mean(paired.map(({ extraPodMs }) => extraPodMs)),
  };
}
