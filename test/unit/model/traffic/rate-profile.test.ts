import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateProfile } from '../../../../src/model/traffic/rate-profile.ts';
import type { Traffic } from '../../../../src/scenario/scenario.ts';

function trafficOf(rate: Traffic['rate'], ramp: boolean): Traffic {
  return { rate, ramp } as unknown as Traffic;
}

const RATES = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 3000 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((steps) => {
    let atMs = 0;
    return steps.map(([widthMs, rateRps]) => {
      atMs += widthMs;
      return { atMs, rateRps };
    });
  });

describe('RateProfile', () => {
  it('finds the time at which an area is reached, and the area up to that time', () => {
    fc.assert(
      fc.property(
        RATES,
        fc.boolean(),
        fc.double({ min: 0.01, max: 5000, noNaN: true }),
        (rate, ramp, area) => {
          const profile = new RateProfile(trafficOf(rate, ramp), Number.POSITIVE_INFINITY);
          profile.moveTo(-1000);
          const timeMs = profile.timeAfter(-1000, area);
          expect(profile.areaBetween(-1000, timeMs)).toBeCloseTo(area, 5);
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it('goes backwards too, and ends at its horizon', () => {
    const profile = new RateProfile(
      trafficOf(
        [
          { atMs: 0, rateRps: 1000 },
          { atMs: 100, rateRps: 2000 },
        ],
        false,
      ),
      200,
    );
    expect(profile.rateAt(150)).toBe(2);
    expect(profile.rateAt(50)).toBe(1);
    expect(profile.areaBetween(0, 1000)).toBe(300);
    profile.moveTo(0);
    expect(profile.timeAfter(0, 301)).toBe(Number.POSITIVE_INFINITY);
  });
});
