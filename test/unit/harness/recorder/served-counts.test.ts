/** The servers' books beside the callers': counts of containers become counts of pods, and must agree with what was sent. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disagreement, ServedBooks } from '../../../../src/harness/recorder/served-counts.ts';
import type { RequestCounts, ServedByPod } from '../../../../src/record.ts';

const counts = (
  answered: number,
  overflowed = 0,
  errors = 0,
): { readonly answered: number; readonly overflowed: number; readonly errors: number } => ({
  answered,
  overflowed,
  errors,
});

const served = (answered: number, whole = true): ServedByPod => ({
  pod: 'web',
  answered,
  overflowed: 0,
  errors: 0,
  whole,
});

describe('the books of the servers', () => {
  test('hold what was answered from a moment on, by pod', () => {
    const books = new ServedBooks();
    books.note('web-b', 'b1', 900, counts(40, 4, 1));
    books.note('web-b', 'b1', 1000, counts(50, 5, 1));
    books.note('web-a', 'a1', 1100, counts(7));
    books.note('web-b', 'b1', 2000, counts(80, 6, 2));
    expect(books.since(1000)).toEqual([
      { pod: 'web-a', answered: 7, overflowed: 0, errors: 0, whole: true },
      { pod: 'web-b', answered: 40, overflowed: 2, errors: 1, whole: true },
    ]);
  });

  test('a container that has been restarted counts from 0 again', () => {
    const books = new ServedBooks();
    books.note('web', 'first', 500, counts(100));
    books.note('web', 'first', 1500, counts(130));
    books.cutOff('web', 'first');
    books.note('web', 'second', 2500, counts(20));
    expect(books.since(1000)).toEqual([{ pod: 'web', answered: 50, overflowed: 0, errors: 0, whole: false }]);
  });

  test('a pod that was cut off before it counted is there, and not whole', () => {
    const books = new ServedBooks();
    books.cutOff('web', 'only');
    expect(books.since(0)).toEqual([{ pod: 'web', answered: 0, overflowed: 0, errors: 0, whole: false }]);
  });
});

describe('both books', () => {
  const books = (fields: Partial<RequestCounts>): RequestCounts => ({
    offered: 100,
    inFlight: 0,
    attempts: 100,
    answered: 90,
    served: [served(90)],
    ...fields,
  });

  test.each([
    ['agree', books({}), null],
    ['agree where an answer was given that nobody got', books({ served: [served(95)] }), null],
    ['agree where a retry was answered too', books({ attempts: 110, served: [served(105)] }), null],
    ['agree where requests are still under way', books({ inFlight: 3, served: [served(102)] }), null],
    [
      'disagree on a lost answer',
      books({ served: [served(89)] }),
      /answered 89 requests, and callers got 90/u,
    ],
    ['disagree on an answer to nothing', books({ served: [served(101)] }), /only 100 were sent/u],
    [
      'say nothing of what a killed pod has not told',
      books({ served: [served(60, false), served(20)] }),
      null,
    ],
  ])('%s', (_, both, why) => {
    if (why === null) expect(disagreement(both)).toBeNull();
    else expect(disagreement(both)).toMatch(why);
  });

  test('agree whatever servers answer and callers lose', () => {
    const pod = fc.record({ got: fc.nat(50), lost: fc.nat(50), untold: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(pod, { minLength: 1, maxLength: 8 }), fc.nat(30), (pods, unanswered) => {
        const sum = (of: 'got' | 'lost'): number => pods.reduce((total, each) => total + each[of], 0);
        const attempts = sum('got') + sum('lost') + unanswered;
        const both = books({
          attempts,
          answered: sum('got'),
          served: pods.map(({ got, lost, untold }) => served(Math.max(0, got + lost - untold), untold === 0)),
        });
        expect(disagreement(both)).toBeNull();
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});
