/** All configurations that a search has looked at, and the only place where it spends runs. */
import { cheapest } from './cheapest.ts';
import { newCandidate, PAIRED_RUNS, verdictOf, type Candidate } from './candidate.ts';
import type { SearchOptions, SearchProblem, SearchProgress } from './search.ts';
import { pointKey, type Point } from './space.ts';

export class CandidatePool {
  readonly #problem: SearchProblem;
  readonly #options: SearchOptions;
  readonly #byKey = new Map<string, Candidate>();
  #runs = 0;
  #exhausted = false;

  constructor(problem: SearchProblem, options: SearchOptions) {
    this.#problem = problem;
    this.#options = options;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Whether runs were wanted that the limit did not allow. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  all(): readonly Candidate[] {
    return [...this.#byKey.values()];
  }

  at(point: Point): Candidate | null {
    return this.#byKey.get(pointKey(point)) ?? null;
  }

  /** The cheapest of those that meet the expectations or still may. */
  cheapestLeft(): Candidate | null {
    return cheapest(this.all().filter((candidate) => verdictOf(candidate) !== 'misses'));
  }

  /** One run for each new point; those that a run did not rule out get more, until all of them can be compared. */
  async screen(points: readonly Point[], stage: SearchProgress['stage']): Promise<void> {
    const fresh = new Map<string, Candidate>();
    for (const point of points) {
      const key = pointKey(point);
      if (!this.#byKey.has(key) && !fresh.has(key)) {
        fresh.set(key, newCandidate(point, this.#problem.changedFields(point)));
      }
    }
    let left: readonly string[] = [...fresh.keys()];
    for (const [key, candidate] of fresh) this.#byKey.set(key, candidate);
    for (let runs = 1; runs <= PAIRED_RUNS && left.length > 0; runs *= 2) {
      await this.raise(this.#candidates(left), () => runs, stage);
      left = this.#candidates(left)
        .filter((candidate) => verdictOf(candidate) === 'open')
        .map(({ key }) => key);
    }
  }

  /** Runs more of each until it has as many as `runsOf` says, as far as the limit allows. */
  async raise(
    candidates: readonly Candidate[],
    runsOf: (candidate: Candidate) => number,
    stage: SearchProgress['stage'],
  ): Promise<void> {
    const requests = candidates.flatMap((candidate) => {
      const { point, key } = candidate;
      const from = candidate.outcomes.length;
      const allowed = this.#options.runsMax - this.#runs;
      const wanted = candidate.refused ? 0 : Math.max(0, runsOf(candidate) - from);
      const count = Math.min(wanted, allowed);
      if (count < wanted) this.#exhausted = true;
      this.#runs += count;
      return count === 0 ? [] : [{ key, request: { point, from, count } }];
    });
    if (requests.length === 0) return;
    const results = await this.#problem.evaluate(requests.map(({ request }) => request));
    for (const [index, { key, request }] of requests.entries()) {
      const candidate = this.#byKey.get(key);
      const outcomes = results[index] ?? null;
      if (candidate === undefined) continue;
      // A refused configuration was never run.
      if (outcomes === null) this.#runs -= request.count;
      this.#byKey.set(
        key,
        outcomes === null
          ? { ...candidate, refused: true }
          : { ...candidate, outcomes: [...candidate.outcomes, ...outcomes] },
      );
    }
    this.#options.onProgress?.({ stage, runs: this.#runs, configurations: this.#byKey.size });
  }

  #candidates(keys: readonly string[]): readonly Candidate[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? []);
  }
}
