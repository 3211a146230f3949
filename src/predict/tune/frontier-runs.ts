/** Which configurations of the frontier need more runs before their order by failed requests is more than chance. */
import { pairedDifference } from '../paired.ts';
import { PAIRED_RUNS, type Candidate } from './candidate.ts';

/** After so many paired runs two that still cannot be told apart are nearly equal. */
const FRONTIER_RUNS_MAX = 8;

/** @param frontier fewest failed requests first */
export function needsMoreRuns(frontier: readonly Candidate[]): readonly Candidate[] {
  const short = frontier.filter(({ outcomes }) => outcomes.length < PAIRED_RUNS);
  if (short.length > 0) return short;
  const unclear = new Set<Candidate>();
  for (const [index, candidate] of frontier.entries()) {
    const next = frontier[index + 1];
    if (next === undefined || areToldApart(candidate, next)) continue;
    for (const one of [candidate, next]) if (one.outcomes.length < FRONTIER_RUNS_MAX) unclear.add(one);
  }
  return [...unclear];
}

/** Equal in every run counts as told apart: more runs would show the same. */
function areToldApart(a: Candidate, b: Candidate): boolean {
  const pairs = Math.min(a.outcomes.length, b.outcomes.length);
  const failed = ({ outcomes }: Candidate): readonly number[] =>
    outcomes.slice(0, pairs).map((outcome) => outcome.failed);
  const { mean, low, high } = pairedDifference(failed(a), failed(b));
  return mean === 0 ? low === high : low > 0 || high < 0;
}
