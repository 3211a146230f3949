import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../../src/model/cluster/token-bucket.ts';

describe('TokenBucket (R-GEN-4)', () => {
  it('lets the burst through at once and then one call each 1/qps', () => {
    const bucket = new TokenBucket(20, 3);
    expect([1, 2, 3, 4, 5].map(() => bucket.take(0))).toEqual([0, 0, 0, 50, 100]);
  });

  it('refills with time, never beyond the burst', () => {
    const bucket = new TokenBucket(10, 2);
    bucket.take(0);
    bucket.take(0);
    expect(bucket.take(100)).toBe(0);
    expect(bucket.take(150)).toBe(50);
    expect([1, 2, 3].map(() => bucket.take(60_000))).toEqual([0, 0, 100]);
  });

  it('needs (100 − 30) / 20 s for a hundred calls of a controller (R-RS-1)', () => {
    const bucket = new TokenBucket(20, 30);
    const waits = Array.from({ length: 100 }, () => bucket.take(0));
    expect(waits.at(-1)).toBe(3500);
  });
});
