import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/kernel/histogram.ts';

describe('histogram', () => {
  it('gives every quantile within 0.8 % of the exact one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const histogram = new Histogram();
          for (const value of values) histogram.record(value);
          const sorted = values.slice().sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(p * values.length)) - 1] as number;
          expect(histogram.count).toBe(values.length);
          expect(Math.abs(histogram.quantile(p) / exact - 1)).toBeLessThan(0.008);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is empty at first, and again once another one has absorbed it', () => {
    const total = new Histogram();
    const part = new Histogram();
    expect(part.quantile(0.5)).toBe(0);
    for (const value of [1, 10, 100]) part.record(value);
    total.absorb(part);
    expect([part.count, part.quantile(0.5), total.count]).toEqual([0, 0, 3]);
    part.record(1000);
    total.absorb(part);
    expect(total.quantile(1) / 1000).toBeCloseTo(1, 2);
    expect(total.quantile(0) / 1).toBeCloseTo(1, 2);
  });

  it('puts what is out of range in the outermost buckets', () => {
    const histogram = new Histogram();
    histogram.record(0);
    histogram.record(1e12);
    expect(histogram.count).toBe(2);
    expect(histogram.quantile(0)).toBeLessThan(1e-4);
    expect(histogram.quantile(1)).toBeGreaterThan(1e8);
  });
});
