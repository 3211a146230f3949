/**
 * Looks for the cheapest configuration that meets the expectations, and for the frontier, with few runs: one run tells
 * most configurations that miss, and only what stays in question gets more. Pure logic over an `evaluate` function;
 * decisions depend on results alone, so the same seed gives the same answer for any number of workers.
 *
 * First a coarse lattice over the whole grid, so that nothing has to be monotone to be seen; then the boxes in which the
 * edge between meeting and missing must lie are halved, cheapest first, until nothing cheaper can lie between. What is
 * cheapest then is run until its share of runs that meet the expectations is clear; when it fails, the next one is.
 */
import { CANDIDATE_RUNS_MAX, PAIRED_RUNS, verdictOf, type Candidate, type RunOutcome } from './candidate.ts';
import { frontierOf } from './frontier.ts';
import { needsMoreRuns } from './frontier-runs.ts';
import { nearestToMeeting } from './nearest-to-meeting.ts';
import { CandidatePool } from './candidate-pool.ts';
import { boxesWorthSplitting } from './promising-boxes.ts';
import {
  boxesBetween,
  cornersOf,
  latticePositions,
  splitBox,
  type Axis,
  type Box,
  type Point,
} from './space.ts';

/** Further runs of one configuration: those of the seeds from `from` on. */
export interface RunRequest {
  readonly point: Point;
  readonly from: number;
  readonly count: number;
}

export interface SearchProblem {
  readonly axes: readonly Axis[];
  /** Outcomes of each request in its order; null where the configuration is refused. */
  readonly evaluate: (requests: readonly RunRequest[]) => Promise<readonly (readonly RunOutcome[] | null)[]>;
  readonly changedFields: (point: Point) => number;
}

export interface SearchOptions {
  /** The search ends when the next step would need more. */
  readonly runsMax: number;
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

export interface SearchProgress {
  readonly stage: 'searching' | 'confirming' | 'comparing';
  readonly runs: number;
  readonly configurations: number;
}

export interface SearchResult {
  /** Every configuration that was looked at, in the order in which it came up. */
  readonly candidates: readonly Candidate[];
  /** The cheapest that meets the expectations, or that still may when the runs were used up; null when none does. */
  readonly choice: Candidate | null;
  /** The one that comes nearest to the expectations, met or not. */
  readonly best: Candidate | null;
  readonly frontier: readonly Candidate[];
  readonly runs: number;
  /** Whether the runs were used up before everything was clear. */
  readonly exhausted: boolean;
}

/** Points of the lattice that are looked at first. */
const LATTICE_POINTS_MAX = 40;
/** Boxes halved before the next look at what is cheapest. */
const BOXES_AT_ONCE = 4;
const CONFIRMING_RUNS = [8, 16, 32, 73, 120, CANDIDATE_RUNS_MAX];
/** Runs for the nearest miss, when nothing meets the expectations: enough to tell what limits it. */
const BEST_RUNS = 16;
/** Runs for the frontier's order, after which no further round begins: the choice does not hang on it. */
const COMPARING_RUNS = 80;

export async function search(problem: SearchProblem, options: SearchOptions): Promise<SearchResult> {
  const pool = new CandidatePool(problem, options);
  const { axes } = problem;
  let boxes: readonly Box[] = boxesBetween(axes, latticePositions(axes, LATTICE_POINTS_MAX));
  await pool.screen(boxes.flatMap(cornersOf), 'searching');
  while (!pool.exhausted) {
    const splitting = boxesWorthSplitting(boxes, pool).slice(0, BOXES_AT_ONCE);
    if (splitting.length > 0) {
      const halves = splitting.flatMap((box) => splitBox(box) ?? []);
      boxes = [...boxes.filter((box) => !splitting.includes(box)), ...halves];
      await pool.screen(halves.flatMap(cornersOf), 'searching');
      continue;
    }
    const choice = pool.cheapestLeft();
    if (choice === null || verdictOf(choice) === 'meets') break;
    await pool.raise([choice], nextRung, 'confirming');
  }
  const choice = pool.cheapestLeft();
  if (choice === null) {
    const best = nearestToMeeting(pool.all());
    if (best !== null) await pool.raise([best], () => BEST_RUNS, 'comparing');
  }
  await compareFrontier(pool);
  return {
    candidates: pool.all(),
    choice: pool.cheapestLeft(),
    best: pool.cheapestLeft() ?? nearestToMeeting(pool.all()),
    frontier: frontierOf(pool.all()),
    runs: pool.runs,
    exhausted: pool.exhausted,
  };
}

function nextRung({ outcomes }: Candidate): number {
  return CONFIRMING_RUNS.find((runs) => runs > outcomes.length) ?? CANDIDATE_RUNS_MAX;
}

/** Gives the frontier's configurations more runs until they are told apart, or the runs for that are used up. */
async function compareFrontier(pool: CandidatePool): Promise<void> {
  const before = pool.runs;
  while (!pool.exhausted && pool.runs - before < COMPARING_RUNS) {
    const short = needsMoreRuns(frontierOf(pool.all()));
    if (short.length === 0) return;
    await pool.raise(short, ({ outcomes }) => Math.max(PAIRED_RUNS, 2 * outcomes.length), 'comparing');
  }
}
