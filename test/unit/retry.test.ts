/** When a failed attempt is tried again: the rule that simulated callers and the load generator share (R-CLI-7). */
import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../src/kernel/random.ts';
import { FAILURE_CLASSES } from '../../src/record.ts';
import { retryBackoffMs, RETRIED_AS } from '../../src/retry.ts';

describe('a retry', () => {
  test('of every failure is covered by one setting, and each setting covers some', () => {
    expect(Object.keys(RETRIED_AS).sort()).toEqual([...FAILURE_CLASSES].sort());
    expect(new Set(Object.values(RETRIED_AS))).toEqual(new Set(['connect', 'reset', 'timeout', '5xx']));
  });

  test.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1000],
    [30, 1000],
  ])('after %i attempts waits up to %i ms, anything below being as likely', (attempts, limitMs) => {
    const random = new RandomStreams(1).stream('test');
    const waits = Array.from({ length: 2000 }, () =>
      retryBackoffMs({ baseMs: 100, capMs: 1000 }, attempts, random),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...waits)).toBeLessThan(limitMs * 0.01);
    expect(Math.max(...waits)).toBeLessThan(limitMs);
    expect(Math.max(...waits)).toBeGreaterThan(limitMs * 0.99);
    // Five standard errors of a uniform distribution's mean.
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean - limitMs / 2)).toBeLessThan((5 * limitMs) / Math.sqrt(12 * waits.length));
  });
});
