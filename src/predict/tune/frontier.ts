/**
 * The Pareto frontier: configurations that no other one beats in failed requests, duration and peak pods at once. Figures
 * are compared as an engineer would tell them apart: failed requests in two digits, seconds, whole pods.
 */
import { figuresOf, PAIRED_RUNS, verdictOf, type Candidate } from './candidate.ts';
import { cheapest } from './cheapest.ts';

export type Objectives = readonly [failed: number, durationS: number, peakPods: number];

/** Over the first `runsMost` runs; null without runs. */
export function objectivesOf(candidate: Candidate, runsMost: number = PAIRED_RUNS): Objectives | null {
  const figures = figuresOf(candidate, runsMost);
  if (figures === null) return null;
  return [
    Number(figures.failed.toPrecision(2)),
    Math.round(figures.durationMs / 1000),
    Math.round(figures.peakPods),
  ];
}

/** Whether `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: Objectives, b: Objectives): boolean {
  return (
    a.every((value, index) => value <= (b[index] ?? 0)) && a.some((value, index) => value < (b[index] ?? 0))
  );
}

/** Fewest failed requests first. Of several with equal figures the cheapest that may meet the expectations stands for all. */
export function frontierOf(
  candidates: readonly Candidate[],
  runsMost: number = PAIRED_RUNS,
): readonly Candidate[] {
  const groups = new Map<string, { objectives: Objectives; members: Candidate[] }>();
  for (const candidate of candidates) {
    const objectives = objectivesOf(candidate, runsMost);
    if (objectives === null) continue;
    const group = groups.get(objectives.join());
    if (group === undefined) groups.set(objectives.join(), { objectives, members: [candidate] });
    else group.members.push(candidate);
  }
  const distinct = [...groups.values()];
  return distinct
    .filter(({ objectives }) => !distinct.some((other) => dominates(other.objectives, objectives)))
    .toSorted((a, b) => compare(a.objectives, b.objectives))
    .flatMap(({ members }) => {
      const promising = members.filter((candidate) => verdictOf(candidate) !== 'misses');
      return cheapest(promising) ?? cheapest(members) ?? [];
    });
}

function compare(a: Objectives, b: Objectives): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
