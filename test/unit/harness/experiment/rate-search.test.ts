/** The search for the largest valid rate: against machines that bear a known rate, steadily or not. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RATE_MIN,
  searchRate,
  type FoundRate,
  type RateTrial,
} from '../../../../src/harness/experiment/rate-search.ts';

const WHY = 'The machine was 0.0 % idle.';

interface Search extends FoundRate {
  readonly trials: readonly RateTrial[];
  /** In short trials. */
  readonly cost: number;
}

async function searchOn(wantedRps: number, bears: (trial: RateTrial) => boolean): Promise<Search> {
  const trials: RateTrial[] = [];
  const found = await searchRate(wantedRps, async (trial) => {
    trials.push(trial);
    return Promise.resolve(bears(trial) ? [] : [WHY, 'and another reason']);
  });
  return { ...found, trials, cost: trials.reduce((sum, { long }) => sum + (long ? 2 : 1), 0) };
}

describe('the search for a rate', () => {
  test('everything is valid: the wanted rate, after one longer trial of it', async () => {
    const { rateRps, reason, trials } = await searchOn(333.3, () => true);
    expect({ rateRps, reason }).toEqual({ rateRps: 333.3, reason: null });
    expect(trials).toEqual([
      { rateRps: 333.3, long: false },
      { rateRps: 333.3, long: true },
    ]);
  });

  test('nothing is valid: no rate, the reason, and no trial below the smallest', async () => {
    const { rateRps, reason, trials } = await searchOn(10_000, () => false);
    expect({ rateRps, reason }).toEqual({ rateRps: null, reason: WHY });
    expect(trials.at(-1)?.rateRps).toBeGreaterThanOrEqual(RATE_MIN);
    expect(trials.every(({ long }) => !long)).toBe(true);
  });

  test('a wanted rate below the smallest is tried, and not halved', async () => {
    expect(await searchOn(7, () => true)).toMatchObject({ rateRps: 7 });
    expect(await searchOn(7, () => false)).toMatchObject({ rateRps: null, cost: 1 });
  });

  test('a steady machine: halving, three bisections, a margin, and a longer trial', async () => {
    const { rateRps, trials } = await searchOn(10_000, (trial) => trial.rateRps <= 3000);
    expect(trials.map((trial) => trial.rateRps)).toEqual([10_000, 5000, 2500, 3750, 3125, 2812, 2530]);
    expect(rateRps).toBe(2530);
  });

  test('on any steady machine it ends below what that bears, and not far below', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1000, max: 20_000 }),
        fc.integer({ min: 1000, max: 20_000 }),
        async (wanted, bears) => {
          const { rateRps, cost } = await searchOn(wanted, (trial) => trial.rateRps <= bears);
          if (rateRps === null) throw new Error('a valid rate was not found');
          expect(rateRps).toBeLessThanOrEqual(Math.min(wanted, bears));
          expect(rateRps).toBeGreaterThan(Math.min(wanted, bears) * 0.75);
          expect(cost).toBeLessThanOrEqual(12);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  test('what only a longer trial shows to be too much is lowered until one is valid', async () => {
    const { rateRps, trials } = await searchOn(
      4000,
      ({ rateRps: rate, long }) => rate <= (long ? 3000 : 9000),
    );
    expect(rateRps).toBe(2890);
    expect(trials.map((trial) => trial.rateRps)).toEqual([4000, 4000, 3400, 2890]);
  });

  test('when no longer trial is ever valid it ends with a rate still lower than the last one tried', async () => {
    const { rateRps, reason, trials, cost } = await searchOn(4000, ({ long }) => !long);
    expect(rateRps).toBeLessThan(trials.at(-1)?.rateRps ?? 0);
    expect(reason).toBe(WHY);
    expect(cost).toBeLessThanOrEqual(12);
  });

  test('a noisy machine: it ends after as many trials at most, with a rate that was valid or lower', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 20_000 }),
        fc.infiniteStream(fc.boolean()),
        async (wanted, noise) => {
          const valid: number[] = [];
          const { rateRps, cost } = await searchOn(wanted, (trial) => {
            const isValid = noise.next().value === true;
            if (isValid) valid.push(trial.rateRps);
            return isValid;
          });
          expect(cost).toBeLessThanOrEqual(12);
          if (rateRps === null) expect(valid).toEqual([]);
          else expect(rateRps).toBeLessThanOrEqual(Math.max(...valid));
        },
      ),
      { seed: 6, numRuns: 200 },
    );
  });

  test('a lowered rate is never below the smallest', async () => {
    const { rateRps } = await searchOn(40, ({ rateRps: rate, long }) => !long && rate <= RATE_MIN);
    expect(rateRps).toBe(RATE_MIN);
  });
});
