import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import { Workers } from '../../../../src/model/traffic/workers.ts';

/** Starts of the same requests by looking through all workers each time. */
class PlainWorkers {
  readonly #freeMs: number[];

  constructor(concurrency: number) {
    this.#freeMs = Array.from({ length: concurrency }, () => Number.NEGATIVE_INFINITY);
  }

  take(nowMs: number, serviceMs: number): number {
    const earliestMs = Math.min(...this.#freeMs);
    const startMs = Math.max(nowMs, earliestMs);
    this.#freeMs[this.#freeMs.indexOf(earliestMs)] = startMs + serviceMs;
    return startMs;
  }

  busyUntilMs(nowMs: number): number[] {
    return this.#freeMs.filter((untilMs) => untilMs > nowMs).sort((a, b) => a - b);
  }
}

describe('Workers', () => {
  // The load swings between light and more than the workers can do, so that list and heap take turns.
  it.each([1, 2, 7, 64])(
    'start requests when one of %i is free, as a plain search finds them',
    (concurrency) => {
      const workers = new Workers(concurrency);
      const plain = new PlainWorkers(concurrency);
      const random = new RandomStreams(concurrency).stream('test');
      const starts: [number, number][] = [];
      let nowMs = 0;
      let waited = 0;
      for (let i = 0; i < 20_000; i++) {
        const overloaded = Math.floor(i / 1000) % 2 === 1;
        nowMs += (random.exponential() * 10) / (concurrency * (overloaded ? 1.5 : 0.1 + 0.8 * random.unit()));
        const serviceMs = 10 * random.exponential();
        const startMs = workers.nextFreeMs(nowMs);
        workers.occupy(startMs + serviceMs);
        starts.push([startMs, plain.take(nowMs, serviceMs)]);
        if (startMs > nowMs) waited++;
        if (i % 100 === 0) {
          const busy = workers.freeTimesMs().filter((untilMs) => untilMs > nowMs);
          expect(busy.sort((a, b) => a - b)).toEqual(plain.busyUntilMs(nowMs));
        }
      }
      expect(starts.filter(([one, other]) => one !== other)).toEqual([]);
      expect(waited).toBeGreaterThan(5000);
      expect(waited).toBeLessThan(19_000);
    },
  );

  it('are all free once cleared', () => {
    const workers = new Workers(1);
    workers.occupy(50);
    expect(workers.nextFreeMs(10)).toBe(50);
    workers.occupy(90);
    workers.clear();
    expect(workers.nextFreeMs(10)).toBe(10);
  });
});
