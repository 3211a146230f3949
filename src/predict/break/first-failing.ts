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

export async function firstFailing<T>(
  candidates: Iterable<T>,
  evaluation: Evaluation<T>,
): Promise<FirstFailing<T>> {
  const { evaluate, groupSize, groupsAtOnce, stop, onProgress } = evaluation;
  const iterator = candidates[Symbol.iterator]();
  const underWay: { readonly group: readonly T[]; readonly fails: Promise<readonly boolean[]> }[] = [];
  let evaluated = 0;
  let exhausted = false;
  const begin = (): void => {
    while (!exhausted && underWay.length < groupsAtOnce && !stop()) {
      const group = take(iterator, groupSize);
      if (group.length < groupSize) exhausted = true;
      if (group.length > 0) underWay.push({ group, fails: settled(evaluate(group)) });
    }
  };
  begin();
  for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) {
    const fails = await next.fails;
    const position = fails.indexOf(true);
    if (position !== -1) {
      await Promise.allSettled(underWay.map(async (group) => group.fails));
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
