import { describe, expect, it } from 'vitest';
import {
  BackOff,
  crashLoopSettings,
  DEFAULT_CRASH_LOOP_GATES,
} from '../../../../../src/model/cluster/kubelet/back-off.ts';

describe('the crash loop’s settings (R-POD-26)', () => {
  it.each([
    [false, null, 10, 300],
    [true, null, 1, 60],
    [false, 5, 5, 5],
    [true, 300, 1, 300],
  ])('reduced %s, node maximum %s', (reduceDefaultDecay, nodeMaxSeconds, initial, max) => {
    expect(crashLoopSettings({ reduceDefaultDecay, nodeMaxSeconds })).toEqual({ initial, max, expiry: 600 });
  });
});

describe('a back-off', () => {
  it('doubles up to its maximum and counts from the event', () => {
    const timer = new BackOff(crashLoopSettings(DEFAULT_CRASH_LOOP_GATES));
    const delays: number[] = [];
    for (let step = 0; step < 7; step++) {
      timer.next('a', step * 100, step * 100);
      delays.push(timer.get('a'));
    }
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(timer.inBackOffSince('a', 700, 999)).toBe(true);
    expect(timer.inBackOffSince('a', 700, 1000)).toBe(false);
    expect(timer.inBackOffSince('b', 700, 700)).toBe(false);
    expect(timer.inBackOffSinceUpdate('a', 899)).toBe(true);
    expect(timer.inBackOffSinceUpdate('a', 900)).toBe(false);
  });

  it('starts anew when the event comes later than the expiry after the last step, not at it', () => {
    const timer = new BackOff(crashLoopSettings(DEFAULT_CRASH_LOOP_GATES));
    timer.next('a', 0, 0);
    timer.next('a', 600, 600);
    expect(timer.get('a')).toBe(20);
    expect(timer.inBackOffSince('a', 1201, 1202)).toBe(false);
    timer.next('a', 1201, 1201);
    expect(timer.get('a')).toBe(10);
    timer.collect(1801);
    expect(timer.has('a')).toBe(true);
    timer.collect(1802);
    expect(timer.has('a')).toBe(false);
  });
});
