/** Looks for the first schedule that breaks something, then shrinks it as far as it still breaks the same. */
import { firstFailing, type Evaluation } from './first-failing.ts';
import type { Drawn, ScheduleSource } from './schedule-source.ts';

export interface SearchOptions<T> {
  readonly source: Pick<ScheduleSource<T>, 'at'>;
  /** Whether a schedule may be tried. */
  readonly admits: (value: T) => boolean;
  /** Equal for schedules that need not be tried twice. */
  readonly keyOf: (value: T) => string;
  /** Which goals each of a few schedules breaks. */
  readonly evaluate: (
    values: readonly T[],
    stage: 'searching' | 'shrinking',
  ) => Promise<readonly (readonly number[])[]>;
  /** Schedules of the search that are evaluated together. */
  readonly groupSize: number;
  readonly workers: number;
  /** At most this many different schedules. */
  readonly schedulesMax: number;
  /** Asked now and then; true ends the search. */
  readonly stopSearch: () => boolean;
  /** The same for shrinking. */
  readonly stopShrinking: () => boolean;
  readonly onProgress?: ((stage: 'searching' | 'shrinking', evaluated: number) => void) | undefined;
}

export interface SearchResult<T> {
  readonly found: Found<T> | null;
  /** Different schedules that were tried until one broke something, or in all. */
  readonly schedules: number;
  /** `exhausted`: chance finds no further schedules that differ from those that were tried. */
  readonly ended: 'found' | 'stopped' | 'schedules' | 'exhausted';
}

export interface Found<T> {
  readonly drawn: Drawn<T>;
  /** Goal that it breaks. */
  readonly goal: number;
  /** Shrinks that were tried, and that still broke the goal. */
  readonly shrinksTried: number;
  readonly shrinks: number;
  /** False when there was no time to try every one. */
  readonly minimal: boolean;
}

/** Draws in a row that were all known already, or may not be tried: the rest is not worth the wait. */
const REPEATS_MAX = 2000;

export async function search<T>(options: SearchOptions<T>): Promise<SearchResult<T>> {
  const { schedulesMax, stopSearch, onProgress } = options;
  const known = new Map<string, readonly number[]>();
  const candidates = limited(distinct(options), schedulesMax);
  const first = await firstFailing(candidates, {
    ...evaluationOf(options, 'searching', known, (broken) => broken.length > 0),
    groupSize: options.groupSize,
    // One group waits for whichever thread is free next.
    groupsAtOnce: options.workers + 1,
    stop: stopSearch,
    onProgress: (evaluated) => onProgress?.('searching', evaluated),
  });
  const schedules = first.evaluated;
  if (first.found === null) {
    if (!first.exhausted) return { found: null, schedules, ended: 'stopped' };
    return { found: null, schedules, ended: schedules >= schedulesMax ? 'schedules' : 'exhausted' };
  }
  const [goal = 0] = known.get(options.keyOf(first.found.value)) ?? [];
  return { found: await shrink(first.found, goal, options, known), schedules, ended: 'found' };
}

/** Goes from the schedule to the first of its shrinks that breaks the same goal, and so on until none does. */
async function shrink<T>(
  start: Drawn<T>,
  goal: number,
  options: SearchOptions<T>,
  known: Map<string, readonly number[]>,
): Promise<Found<T>> {
  let [drawn, shrinks, tried] = [start, 0, 0];
  for (;;) {
    const own = options.keyOf(drawn.value);
    const smaller = filtered(
      drawn.shrinks(),
      ({ value }) => options.admits(value) && options.keyOf(value) !== own,
    );
    const before = tried;
    const { found, evaluated, exhausted } = await firstFailing(smaller, {
      ...evaluationOf(options, 'shrinking', known, (broken) => broken.includes(goal)),
      // Most of these break something, which takes long to tell, and one that is found ends the step.
      groupSize: 1,
      groupsAtOnce: options.workers,
      stop: options.stopShrinking,
      onProgress: (done) => options.onProgress?.('shrinking', before + done),
    });
    tried += evaluated;
    if (found === null) return { drawn, goal, shrinksTried: tried, shrinks, minimal: exhausted };
    drawn = found;
    shrinks++;
  }
}

/** What was evaluated once is not evaluated again. */
function evaluationOf<T>(
  { keyOf, evaluate }: SearchOptions<T>,
  stage: 'searching' | 'shrinking',
  known: Map<string, readonly number[]>,
  fails: (broken: readonly number[]) => boolean,
): Pick<Evaluation<Drawn<T>>, 'evaluate'> {
  return {
    async evaluate(group) {
      const fresh = group.filter(({ value }) => !known.has(keyOf(value)));
      const verdicts =
        fresh.length === 0
          ? []
          : await evaluate(
              fresh.map(({ value }) => value),
              stage,
            );
      for (const [index, { value }] of fresh.entries()) known.set(keyOf(value), verdicts[index] ?? []);
      return group.map(({ value }) => fails(known.get(keyOf(value)) ?? []));
    },
  };
}

/** Schedules by number that may be tried, each only the first time that it is drawn. */
function* distinct<T>({ source, admits, keyOf }: SearchOptions<T>): Iterable<Drawn<T>> {
  const seen = new Set<string>();
  let repeats = 0;
  for (let index = 0; repeats < REPEATS_MAX; index++) {
    const drawn = source.at(index);
    const key = keyOf(drawn.value);
    if (seen.has(key) || !admits(drawn.value)) {
      repeats++;
      continue;
    }
    repeats = 0;
    seen.add(key);
    yield drawn;
  }
}

function* limited<T>(values: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  if (left <= 0) return;
  for (const value of values) {
    yield value;
    left--;
    if (left === 0) return;
  }
}

function* filtered<T>(values: Iterable<T>, keep: (value: T) => boolean): Iterable<T> {
  for (const value of values) if (keep(value)) yield value;
}
