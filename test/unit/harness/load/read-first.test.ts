/** What is due waits for two looks at the sockets, and for another after one that took long. */
import { expect, test } from 'vitest';
import { afterReading } from '../../../../src/harness/load/read-first.ts';

/** @returns in which turn of the loop the act comes, when the second takes so long */
async function turnOfAct(secondTurnMs: number): Promise<number> {
  return new Promise<number>((resolve) => {
    let turn = 0;
    let acted = false;
    const next = (): void => {
      turn += 1;
      if (turn === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, secondTurnMs);
      if (!acted) setImmediate(next);
    };
    setTimeout(() => setImmediate(next), 1);
    // Due with the timer above, and called after it.
    afterReading(1, () => {
      acted = true;
      resolve(turn);
    });
  });
}

test('what is due is done in the second turn of the loop', async () => {
  let soonest = Infinity;
  // A busy machine may hold any turn up, but not each of them.
  for (let tries = 0; tries < 50 && soonest > 2; tries++) soonest = Math.min(soonest, await turnOfAct(0));
  expect(soonest).toBe(2);
});

test('a look that took long is followed by another', async () => {
  expect(await turnOfAct(30)).toBeGreaterThan(2);
});
