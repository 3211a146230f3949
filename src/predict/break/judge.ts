/**
 * Whether a schedule breaks a goal: misses it in most of the seeds in which the run without faults does not. Looks at a
 * few seeds first and at no more once it is clear; what seems to break must hold on more of them.
 */
import type { RunSummary } from '../run-summary.ts';
import { misses, type Goal } from './goals.ts';

export interface Trial {
  readonly goals: readonly Goal[];
  /** Seeds of the first look, and of the second; the goals' `counts` cover all of them. */
  readonly first: number;
  readonly all: number;
}

export interface Verdict {
  /** Positions of the goals that are broken. */
  readonly broken: readonly number[];
  /** Runs that were made to tell. */
  readonly runs: number;
}

/** @param run carries out the run of the seed at a position */
export function judge({ goals, first, all }: Trial, run: (seed: number) => RunSummary): Verdict {
  const missed: boolean[][] = goals.map(() => []);
  let runs = 0;
  const look = (seeds: number): readonly number[] => {
    while (runs < seeds && goals.some((goal, index) => isOpen(goal, missed[index] ?? [], seeds))) {
      const summary = run(runs);
      for (const [index, goal] of goals.entries()) missed[index]?.push(misses(goal, summary));
      runs++;
    }
    return goals.flatMap((goal, index) => (isBroken(goal, missed[index] ?? [], seeds) ? [index] : []));
  };
  if (look(first).length === 0) return { broken: [], runs };
  return { broken: look(all), runs };
}

/** More than half of the seeds that count. */
function isBroken({ counts }: Goal, missed: readonly boolean[], seeds: number): boolean {
  const counting = counts.slice(0, seeds).filter(Boolean).length;
  return 2 * hits(counts, missed) > counting;
}

function hits(counts: readonly boolean[], missed: readonly boolean[]): number {
  return missed.filter((miss, seed) => miss && counts[seed] === true).length;
}

/** Whether the seeds that are left can still decide. */
function isOpen(goal: Goal, missed: readonly boolean[], seeds: number): boolean {
  if (isBroken(goal, missed, seeds)) return false;
  const { counts } = goal;
  const left = counts.slice(missed.length, seeds).filter(Boolean).length;
  const counting = counts.slice(0, seeds).filter(Boolean).length;
  return 2 * (hits(counts, missed) + left) > counting;
}
