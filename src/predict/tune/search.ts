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
import { nearestFirst } from './nearest-first.ts';
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
/** When nothing meets the expectations, so many compete for the nearest, and so many runs tell what limits it. */
const NEAREST_AT_FIRST = 8;
const NEAREST_RUNS = 16;

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
  const nearest = pool.cheapestLeft() === null ? await nearestMiss(pool) : null;
  const frontier = await comparedFrontier(pool);
  const choice = pool.cheapestLeft();
  return {
    candidates: pool.all(),
    choice,
    best: choice ?? (nearest === null ? null : pool.at(nearest.point)),
    frontier,
    runs: pool.runs,
    exhausted: pool.exhausted,
  };
}

/** Successive halving: the nearest few get more runs, of those the nearer half again more. */
async function nearestMiss(pool: CandidatePool): Promise<Candidate | null> {
  let left = nearestFirst(pool.all()).slice(0, NEAREST_AT_FIRST);
  for (let runs = PAIRED_RUNS; left.length > 1; runs *= 2) {
    await pool.raise(left, () => runs, 'comparing');
    left = nearestFirst(left.flatMap(({ point }) => pool.at(point) ?? [])).slice(0, left.length >> 1);
  }
  await pool.raise(left, () => NEAREST_RUNS, 'comparing');
  return left[0] ?? null;
}

function nextRung({ outcomes }: Candidate): number {
  return CONFIRMING_RUNS.find((runs) => runs > outcomes.length) ?? CANDIDATE_RUNS_MAX;
}

/**
 * Who is on the frontier by the first seed, which everyone has run, is compared again by all paired seeds. What the
 * first seed rules out by itself gets no further runs.
 */
async function comparedFrontier(pool: CandidatePool): Promise<readonly Candidate[]> {
  const first = frontierOf(pool.all(), 1);
  await pool.raise(first, () => PAIRED_RUNS, 'comparing');
  const promising = pool.all().filter((candidate) => verdictOf(candidate) !== 'misses');
  const compared = new Set([...first, ...promising].flatMap(({ point }) => pool.at(point) ?? []));
  return frontierOf([...compared].filter(({ outcomes }) => outcomes.length >= PAIRED_RUNS || pool.exhausted));
}
