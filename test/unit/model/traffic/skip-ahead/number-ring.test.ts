import { array, assert, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberRing } from '../../../../../src/model/traffic/skip-ahead/number-ring.ts';

describe('numbers in a queue', () => {
  it('come out in the order in which they went in, however many wait', () => {
    // How many are pushed, and then how many taken out, again and again.
    const steps = array(tuple(nat(150), nat(150)), { minLength: 1, maxLength: 20 });
    assert(
      property(steps, (turns) => {
        const ring = new NumberRing();
        const list: number[] = [];
        let next = 0;
        for (const [pushed, shifted] of turns) {
          for (let i = 0; i < pushed; i++) {
            ring.push(next);
            list.push(next++);
          }
          for (let i = 0; i < shifted && list.length > 0; i++) {
            expect(ring.first).toBe(list[0]);
            expect(ring.shift()).toBe(list.shift());
          }
          expect(ring.length).toBe(list.length);
        }
      }),
      { seed: 20, numRuns: 60 },
    );
  });

  it('are forgotten', () => {
    const ring = new NumberRing();
    ring.push(1);
    ring.push(2);
    ring.clear();
    ring.push(3);
    expect([ring.length, ring.first]).toEqual([1, 3]);
  });
});
