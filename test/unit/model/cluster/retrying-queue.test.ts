import { expect, test } from 'vitest';
import { retryingQueue } from '../../../../src/model/cluster/retrying-queue.ts';
import { constantProfile, testCluster } from './test-cluster.ts';

test('R-GEN-3: a sync takes its time, and is tried again until it succeeds', () => {
  const context = testCluster({ profile: constantProfile(10) });
  const { simulation } = context;
  const triedMs: number[] = [];
  const queue = retryingQueue(context, 'controller', 1, (_key, finish) => {
    triedMs.push(simulation.nowMs);
    finish(triedMs.length === 4);
  });
  queue.add('web');
  simulation.runUntil(60_000);
  // 10 ms a sync, then waits of 5, 10 and 20 ms.
  expect(triedMs).toEqual([10, 25, 45, 75]);
  expect(queue.failures('web')).toBe(0);
});
