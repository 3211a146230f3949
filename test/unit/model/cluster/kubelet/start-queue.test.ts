import { describe, expect, test } from 'vitest';
import { StartQueue } from '../../../../../src/model/cluster/kubelet/start-queue.ts';

describe('starts on one machine (R-POD-3)', () => {
  test('that come together are done one after another', () => {
    const queue = new StartQueue();
    expect([300, 300, 200].map((workMs) => queue.waitMs(1000, workMs))).toEqual([300, 600, 800]);
  });

  test('that come after the last one was done wait for nobody', () => {
    const queue = new StartQueue();
    queue.waitMs(0, 300);
    expect(queue.waitMs(300, 250)).toBe(250);
    expect(queue.waitMs(400, 100)).toBe(250);
  });

  test('without work take no time', () => {
    const queue = new StartQueue();
    expect([queue.waitMs(-5, 0), queue.waitMs(7, 0)]).toEqual([0, 0]);
  });
});
