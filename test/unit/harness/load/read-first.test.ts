/** What is due waits for a look at the sockets, and for another after one that took long. */
import { expect, test } from 'vitest';
import { afterReading } from '../../../../src/harness/load/read-first.ts';

/** @returns in which order the act and the loop's second turn come, when its first takes so long */
async function order(firstTurnMs: number): Promise<readonly string[]> {
  const came: string[] = [];
  await new Promise<void>((resolve) => {
    const come = (what: string): void => {
      came.push(what);
      if (came.length === 2) resolve();
    };
    setTimeout(() => {
      setImmediate(() => {
        setImmediate(come, 'second turn');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, firstTurnMs);
      });
    }, 1);
    // Due with the timer above, and called after it.
    afterReading(1, () => {
      come('act');
    });
  });
  return came;
}

test('what is due is done once its own turn of the loop has looked', async () => {
  let soonest: readonly string[] = [];
  // A busy machine may hold any turn up, but not each of them.
  for (let tries = 0; tries < 50 && soonest[0] !== 'act'; tries++) soonest = await order(0);
  expect(soonest).toEqual(['act', 'second turn']);
});

test('a look that took long is followed by another', async () => {
  expect(await order(30)).toEqual(['second turn', 'act']);
});
