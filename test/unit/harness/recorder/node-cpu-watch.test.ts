/** CPU use of nodes, over counters that the test turns and a clock that it moves. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ContainerCpu } from '../../../../src/harness/docker/container-cpu.ts';
import { NodeCpuWatch } from '../../../../src/harness/recorder/node-cpu-watch.ts';

const ZERO_MS = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: ZERO_MS - 12_300 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A counter that goes on at so many cores. */
function counting(cores: (atMs: number) => number): {
  readonly read: ContainerCpu;
  readonly asked: number[];
} {
  const asked: number[] = [];
  let usedMs = 7777;
  let lastMs = Date.now();
  const read: ContainerCpu = async () => {
    for (; lastMs < Date.now(); lastMs += 100) usedMs += 100 * cores(lastMs - ZERO_MS);
    asked.push(Date.now() - ZERO_MS);
    return Promise.resolve({ atMs: Date.now(), usedMs });
  };
  return { read, asked };
}

describe('the CPU use of a node', () => {
  test('is read at time 0, every five seconds, and when it is asked for', async () => {
    const { read, asked } = counting(() => 1);
    const watch = new NodeCpuWatch(['a'], read);
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(19_300);
    await watch.look();
    watch.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([-12_300, -10_000, -5000, 0, 5000, 7000]);
  });

  test('is a mean over the stretch alone, of each node on its own', async () => {
    const changing = counting((timeMs) => (timeMs < 0 ? 0.25 : 1.5));
    const idle = counting(() => 0.01);
    const watch = new NodeCpuWatch(['a', 'b'], async (name) => (name === 'a' ? changing : idle).read(name));
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(32_300);
    watch.stop();
    expect(watch.meanCores('a', ZERO_MS - 7000, ZERO_MS)).toBeCloseTo(0.25, 6);
    expect(watch.meanCores('a', ZERO_MS, ZERO_MS + 17_300)).toBeCloseTo(1.5, 6);
    expect(watch.meanCores('a', ZERO_MS - 5000, ZERO_MS + 5000)).toBeCloseTo(0.875, 6);
    expect(watch.meanCores('b', ZERO_MS, ZERO_MS + 17_300)).toBeCloseTo(0.01, 6);
  });

  test('is of the watched part of a longer stretch, and null for one without any', async () => {
    const { read } = counting(() => 0.5);
    const watch = new NodeCpuWatch(['a'], read);
    expect(watch.meanCores('a', ZERO_MS - 10_000, ZERO_MS)).toBeNull();
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(12_300);
    watch.stop();
    expect(watch.meanCores('a', ZERO_MS - 60_000, ZERO_MS + 60_000)).toBeCloseTo(0.5, 6);
    expect(watch.meanCores('a', ZERO_MS + 1000, ZERO_MS + 5000)).toBeNull();
    expect(watch.meanCores('other', ZERO_MS - 5000, ZERO_MS)).toBeNull();
  });

  test('goes on after a node was down, which tells nothing meanwhile and counts from 0 then', async () => {
    const answers = [5000, 6000, null, 400, 1400];
    const watch = new NodeCpuWatch(['a'], async () => {
      const usedMs = answers.shift() ?? null;
      return Promise.resolve(usedMs === null ? null : { atMs: Date.now(), usedMs });
    });
    vi.setSystemTime(ZERO_MS);
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(20_000);
    watch.stop();
    // 1000 ms, the 400 ms that its new counter knows of, and 1000 ms.
    expect(watch.meanCores('a', ZERO_MS, ZERO_MS + 20_000)).toBeCloseTo(2400 / 20_000, 6);
  });

  test('is of the times at which it was read, however late the answers come, and of none twice', async () => {
    const answers = [-12_000, -5000, -5000, 1000, 5000].map((atMs) => ({
      atMs: ZERO_MS + atMs,
      usedMs: 20_000 + atMs / 2,
    }));
    const watch = new NodeCpuWatch(['a'], async () => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return answers.shift() ?? null;
    });
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(25_000);
    watch.stop();
    expect(watch.meanCores('a', ZERO_MS - 10_000, ZERO_MS)).toBeCloseTo(0.5, 6);
    expect(watch.meanCores('a', ZERO_MS, ZERO_MS + 60_000)).toBeCloseTo(0.5, 6);
  });

  test('is not read twice at once: a late answer would be taken for a counter that starts again', async () => {
    let running = 0;
    let most = 0;
    const watch = new NodeCpuWatch(['a'], async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 300));
      running -= 1;
      return { atMs: Date.now(), usedMs: Date.now() };
    });
    watch.start(ZERO_MS);
    await vi.advanceTimersByTimeAsync(12_400);
    const last = watch.look();
    await vi.advanceTimersByTimeAsync(1000);
    await last;
    watch.stop();
    expect(most).toBe(1);
  });
});
