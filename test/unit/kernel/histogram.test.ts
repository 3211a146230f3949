import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, lowerEdge } from '../../../src/kernel/histogram.ts';

/** The law of a value that is uniform on [0, 100]. */
function uniform(bucket: number): number {
  return Math.min(1, lowerEdge(bucket + 1) / 100);
}

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

  it('records many values of one bucket as it records them one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 20 })), {
          maxLength: 40,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (groups, p) => {
          const [many, single] = [new Histogram(), new Histogram()];
          for (const [value, count] of groups) {
            many.recordMany(Histogram.bucketOf(value), count);
            for (let i = 0; i < count; i++) single.record(value);
          }
          expect([many.count, many.quantile(p)]).toEqual([single.count, single.quantile(p)]);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('has a bucket for every value, the edges of which hold it', () => {
    for (const value of [0.001, 0.5, 1, 20, 90.3, 1e5]) {
      const bucket = Histogram.bucketOf(value);
      expect(lowerEdge(bucket)).toBeLessThanOrEqual(value);
      expect(lowerEdge(bucket + 1)).toBeGreaterThan(value);
    }
  });

  describe('together with values that are known by their law only', () => {
    it('gives the law’s quantiles where nothing was recorded', () => {
      for (const p of [0.1, 0.5, 0.99]) {
        expect(new Histogram().quantileWith(p, 1000, uniform) / (100 * p)).toBeCloseTo(1, 2);
      }
    });

    it('gives the records’ quantiles where there are no others', () => {
      const histogram = new Histogram();
      for (let value = 1; value <= 1000; value++) histogram.record(value);
      for (const p of [0.1, 0.5, 0.99]) {
        expect(histogram.quantileWith(p, 0, uniform) / histogram.quantile(p)).toBeCloseTo(1, 2);
      }
    });

    it('gives those of the mixture: 100 slow records among 900 others', () => {
      const histogram = new Histogram();
      for (let i = 0; i < 100; i++) histogram.record(500 + i);
      // 450 of 1000 lie below the law's middle; the records begin where nine tenths end.
      expect(histogram.quantileWith(0.45, 900, uniform)).toBeCloseTo(50, 0);
      expect(histogram.quantileWith(0.95, 900, uniform) / 549).toBeCloseTo(1, 2);
      expect(histogram.quantileWith(1, 900, uniform) / 599).toBeCloseTo(1, 2);
    });
  });
});
