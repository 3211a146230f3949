/** Steadiness of the clock and idleness of the machine, over clocks and counters that the test turns. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClockWatch } from '../../../../src/harness/recorder/clock-watch.ts';
import { CpuWatch, type CpuTimes } from '../../../../src/harness/recorder/cpu-watch.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  test('is steady while wall time and monotonic time go on together', () => {
    const watch = new ClockWatch({ wallMs: () => Date.now(), monotonicMs: () => Date.now() - 7 });
    vi.advanceTimersByTime(5000);
    watch.stop();
    expect(watch.errorMs).toBe(0);
  });

  test('keeps the largest distance, though it goes away again', () => {
    let stepMs = 0;
    const watch = new ClockWatch({ wallMs: () => Date.now() + stepMs, monotonicMs: () => Date.now() });
    vi.advanceTimersByTime(1000);
    stepMs = -40;
    vi.advanceTimersByTime(1000);
    stepMs = 0;
    vi.advanceTimersByTime(1000);
    watch.stop();
    expect(watch.errorMs).toBe(40);
  });

  test('does not take a pause between two readings for a step', () => {
    let reading = 0;
    // The process loses the processor for 50 ms before the wall clock of each first try.
    const wallMs = (): number => Date.now() + (reading++ % 5 === 0 ? 50 : 0);
    let pausedMs = 0;
    const watch = new ClockWatch({
      wallMs,
      monotonicMs: () => Date.now() + (reading % 5 === 1 ? (pausedMs = 50) : 0),
    });
    vi.advanceTimersByTime(2000);
    watch.stop();
    expect(pausedMs).toBe(50);
    expect(watch.errorMs).toBe(0);
  });
});

describe('the processors', () => {
  test('are as idle as their counters say, between the two moments alone', () => {
    const times: { -readonly [K in keyof CpuTimes]: number } = { idleMs: 0, totalMs: 0 };
    const busy = (idleShare: number): void => {
      times.totalMs += 2000;
      times.idleMs += 2000 * idleShare;
      vi.advanceTimersByTime(1000);
    };
    const watch = new CpuWatch(() => ({ ...times }));
    for (let second = 0; second < 10; second++) busy(0.9);
    const fromMs = Date.now();
    for (let second = 0; second < 10; second++) busy(0.25);
    const toMs = Date.now();
    for (let second = 0; second < 10; second++) busy(0);
    watch.stop();
    expect(watch.idleShare(fromMs, toMs)).toBeCloseTo(0.25, 5);
    const seconds = watch.idleShares(fromMs, toMs);
    expect(seconds.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 10 }, (_, index) => fromMs + (index + 1) * 1000),
    );
    expect(seconds.every(({ share }) => share === 0.25)).toBe(true);
  });

  test('count as idle where nothing was sampled', () => {
    const watch = new CpuWatch(() => ({ idleMs: 0, totalMs: 0 }));
    watch.stop();
    expect(watch.idleShare(0, 10)).toBe(1);
  });
});
