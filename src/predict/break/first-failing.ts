/**
 * The first of many candidates that fails, evaluated several at a time. Which one it is does not depend on how many are
 * evaluated at once, nor on which ends first: it is the one of the lowest position.
 */

export interface FirstFailing<T> {
  /** null when none fails among those that were evaluated. */
  readonly found: T | null;
  /** Candidates up to the one that was found, or all that were evaluated. */
  readonly evaluated: number;
  /** Whether the candidates came to an end. */
  readonly exhausted: boolean;
}

export interface Evaluation<T> {
  /** Whether each of a few candidates fails. */
  readonly evaluate: (candidates: readonly T[]) => Promise<readonly boolean[]>;
  /** Candidates that are evaluated together, and how many such groups at once. */
  readonly groupSize: number;
  readonly groupsAtOnce: number;
  /** Asked before each group; true ends the work. */
  readonly stop: () => boolean;
  /** Called with the number of candidates that are done, in order. */
  readonly onProgress?: (evaluated: number) => void;
}

/** So many groups may have ended before an earlier one: a slow one leaves no thread idle. */
const GROUPS_AHEAD = 32;

export async function firstFailing<T>(
  candidates: Iterable<T>,
  evaluation: Evaluation<T>,
): Promise<FirstFailing<T>> {
  const { evaluate, groupSize, groupsAtOnce, stop, onProgress } = evaluation;
  const iterator = candidates[Symbol.iterator]();
  const begun: { readonly group: readonly T[]; readonly fails: Promise<readonly boolean[]> }[] = [];
  let busy = 0;
  let evaluated = 0;
  let exhausted = false;
  let decided = false;
  const run = async (group: readonly T[]): Promise<readonly boolean[]> => {
    busy++;
    try {
      const fails = await evaluate(group);
      // The first is this one or one of a group that has begun already.
      if (fails.includes(true)) decided = true;
      return fails;
    } catch (error) {
      decided = true;
      throw error;
    } finally {
      busy--;
      begin();
    }
  };
  const goesOn = (): boolean =>
    !decided && !exhausted && busy < groupsAtOnce && begun.length < GROUPS_AHEAD && !stop();
  const begin = (): void => {
    while (goesOn()) {
      const group = take(iterator, groupSize);
      if (group.length < groupSize) exhausted = true;
      if (group.length > 0) begun.push({ group, fails: settled(run(group)) });
    }
  };
  begin();
  for (let next = begun.shift(); next !== undefined; next = begun.shift()) {
    const fails = await next.fails;
    const position = fails.indexOf(true);
    if (position !== -1) {
      await Promise.allSettled(begun.map(async (group) => group.fails));
      return { found: next.group[position] as T, evaluated: evaluated + position + 1, exhausted: false };
    }
    evaluated += next.group.length;
    onProgress?.(evaluated);
    begin();
  }
  return { found: null, evaluated, exhausted };
}

/** A group that fails to be evaluated is heard of once it is waited for, not before. */
function settled<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

function take<T>(iterator: Iterator<T>, count: number): readonly T[] {
  const group: T[] = [];
  while (group.length < count) {
    const next = iterator.next();
    if (next.done === true) break;
    group.push(next.value);
  }
  return group;
}
