import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayLine } from '../../../../src/model/traffic/delay-line.ts';

/** Everything under way, in the order in which it arrives. */
function drained(line: DelayLine): readonly (readonly [number, number])[] {
  const messages: (readonly [number, number])[] = [];
  while (line.nextMs < Number.POSITIVE_INFINITY) {
    const { nextMs } = line;
    messages.push([nextMs, line.shift()]);
  }
  return messages;
}

describe('a delay line', () => {
  it('hands messages over in the order in which they were sent', () => {
    const line = new DelayLine(3);
    expect(line.nextMs).toBe(Number.POSITIVE_INFINITY);
    for (const [ms, connection] of [
      [1, 2],
      [1, 0],
      [4, 1],
    ] as const)
      line.push(ms, connection);
    expect(drained(line)).toEqual([
      [1, 2],
      [1, 0],
      [4, 1],
    ]);
  });

  it('takes one in that arrives before, between or after the others, behind those of the same time', () => {
    const line = new DelayLine(5);
    line.push(10, 0);
    line.push(20, 1);
    line.insert(5, 2);
    expect(line.nextMs).toBe(5);
    line.insert(10, 3);
    line.insert(30, 4);
    expect(drained(line)).toEqual([
      [5, 2],
      [10, 0],
      [10, 3],
      [20, 1],
      [30, 4],
    ]);
  });

  it('keeps time order whatever is sent, inserted and handed over, around the ring’s end too', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ kind: fc.constant('insert'), ms: fc.integer({ min: 0, max: 50 }) }),
            fc.constant({ kind: 'shift', ms: 0 }),
          ),
          { maxLength: 60 },
        ),
        (steps) => {
          const size = 8;
          const line = new DelayLine(size);
          let expected: (readonly [number, number])[] = [];
          let number = 0;
          for (const { kind, ms } of steps) {
            if (kind === 'shift') {
              const [first, ...rest] = expected;
              if (first === undefined) continue;
              expect([line.nextMs, line.shift()]).toEqual(first);
              expected = rest;
            } else if (expected.length < size) {
              line.insert(ms, number);
              // Stable: equal times keep the order in which they came.
              expected = [...expected, [ms, number] as const].toSorted((a, b) => a[0] - b[0]);
              number++;
            }
          }
          expect(drained(line)).toEqual(expected);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});
