import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { firstFailing, type Evaluation } from '../../../../src/predict/break/first-failing.ts';

const NUMBERS = Array.from({ length: 40 }, (_, index) => index);

/** Candidates fail from 17 on where they can be divided by three; later ones are told sooner. */
function evaluation(more: Partial<Evaluation<number>> = {}): Evaluation<number> {
  return {
    async evaluate(group) {
      await setTimeout(Math.max(0, 20 - (group[0] ?? 0)));
      return group.map((number) => number >= 17 && number % 3 === 0);
    },
    groupSize: 2,
    groupsAtOnce: 1,
    stop: () => false,
    ...more,
  };
}

describe('the first that fails', () => {
  test.each([1, 2, 3, 8, 40])(
    'is that of the lowest position with %i groups at once',
    async (groupsAtOnce) => {
      const result = await firstFailing(NUMBERS, evaluation({ groupsAtOnce }));
      expect(result).toEqual({ found: 18, evaluated: 19, exhausted: false });
    },
  );

  test.each([1, 3, 7, 100])('does not depend on groups of %i', async (groupSize) => {
    expect(await firstFailing(NUMBERS, evaluation({ groupSize, groupsAtOnce: 2 }))).toMatchObject({
      found: 18,
      evaluated: 19,
    });
  });
});

test('nothing fails: all were evaluated', async () => {
  const result = await firstFailing(NUMBERS.slice(0, 17), evaluation());
  expect(result).toEqual({ found: null, evaluated: 17, exhausted: true });
  expect(await firstFailing([], evaluation())).toEqual({ found: null, evaluated: 0, exhausted: true });
});

test('it begins no group once it is told to stop, and waits for those that it has begun', async () => {
  let asked = 0;
  const progress: number[] = [];
  const result = await firstFailing(
    NUMBERS,
    evaluation({
      stop: () => {
        asked++;
        return asked > 3;
      },
      onProgress: (evaluated) => progress.push(evaluated),
    }),
  );
  expect(result).toEqual({ found: null, evaluated: 6, exhausted: false });
  expect(progress).toEqual([2, 4, 6]);
});

test('a slow one keeps nobody from going on with those after it', async () => {
  const { promise: tenth, resolve } = Promise.withResolvers<undefined>();
  const result = await firstFailing(
    NUMBERS,
    evaluation({
      groupSize: 1,
      groupsAtOnce: 2,
      async evaluate([number = 0]) {
        if (number === 10) resolve(undefined);
        if (number === 0) await tenth;
        return [number === 12];
      },
    }),
  );
  expect(result).toMatchObject({ found: 12, evaluated: 13 });
});

test('once one has failed no further ones are begun, however slow those before it are', async () => {
  const begun: number[] = [];
  const result = await firstFailing(
    NUMBERS,
    evaluation({
      groupSize: 1,
      groupsAtOnce: 2,
      async evaluate([number = 0]) {
        begun.push(number);
        if (number === 0) await setTimeout(20);
        return [number === 3];
      },
    }),
  );
  expect(result).toMatchObject({ found: 3, evaluated: 4 });
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('takes no more candidates than it needs', async () => {
  let taken = 0;
  function* counted(): Iterable<number> {
    for (const number of NUMBERS) {
      taken++;
      yield number;
    }
  }
  await firstFailing(counted(), evaluation({ groupsAtOnce: 2 }));
  expect(taken).toBeLessThanOrEqual(22);
});

test('what goes wrong while a group is evaluated is thrown', async () => {
  const failing = evaluation({
    groupsAtOnce: 3,
    async evaluate(group) {
      await setTimeout(1);
      if (group.includes(4)) throw new Error('no pod');
      return group.map(() => false);
    },
  });
  await expect(firstFailing(NUMBERS, failing)).rejects.toThrow('no pod');
});
