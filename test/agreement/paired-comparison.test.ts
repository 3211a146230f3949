/** The tests by which the engines are compared keep their level, and find what they are to find. */
import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/kernel/random.ts';
import { mean, standardDeviation } from '../../src/predict/statistics.ts';
import { alarmsOf, type CaseResult } from './agreement.ts';
import { compareFigures } from './compare-figures.ts';
import type { Figures } from './figures.ts';
import { comparePairs } from './paired-comparison.ts';
import { FULL, runsNeeded, unitsSeen } from './plan.ts';
import { studentQuantile } from './student.ts';

const random = new RandomStreams(5).stream('agreement-test');

/** Pairs with a common part, and a part of each engine's own. */
function pairsOf(runs: number, shift: number): readonly [readonly Figures[], readonly Figures[]] {
  const exact: Figures[] = [];
  const skipped: Figures[] = [];
  for (let run = 0; run < runs; run++) {
    const world = 100 * random.exponential();
    exact.push({ offered: 1e4, failed: 200 + world + 10 * random.normal() });
    skipped.push({ offered: 1e4, failed: shift + 200 + world + 10 * random.normal() });
  }
  return [exact, skipped];
}

const failedOf = (figures: readonly Figures[]): readonly number[] => figures.map(({ failed }) => failed ?? 0);

describe('studentQuantile', () => {
  it.each([3, 4, 23, 95, 239])('is the quantile of t with %i degrees of freedom', (degrees) => {
    for (const p of [0.9, 0.975, 0.999, 1 - 3.3e-6]) {
      expect(studentQuantile(degrees, p) / jstat.studentt.inv(p, degrees)).toBeCloseTo(1, 3);
    }
  });
});

describe('comparePairs', () => {
  it('raises a false alarm as often as its level says, with either test', () => {
    let byMean = 0;
    let byDistribution = 0;
    const tries = 400;
    for (let i = 0; i < tries; i++) {
      const [exact, skipped] = pairsOf(24, 0);
      const { pMean, pDistribution } = comparePairs(failedOf(exact), failedOf(skipped), 0, random);
      if (pMean <= 0.1) byMean++;
      if (pDistribution <= 0.1) byDistribution++;
    }
    // Five standard deviations of 40 of 400; the test on the distribution has few values and may raise fewer.
    expect(Math.abs(byMean - 40)).toBeLessThan(30);
    expect(byDistribution).toBeLessThan(70);
  });

  it('says nothing of a difference that is allowed', () => {
    const exact = Array.from({ length: 30 }, () => 1000);
    const later = exact.map((value) => value + 1);
    expect(comparePairs(exact, later, 2, random)).toMatchObject({ pMean: 1, pDistribution: 1 });
    expect(comparePairs(exact, exact, 0, random)).toMatchObject({ z: 0, pMean: 1, pDistribution: 1 });
    expect(comparePairs(exact, later, 0, random).pMean).toBeLessThan(1e-5);
  });

  it('finds another spread around the same mean', () => {
    const exact = Array.from({ length: 200 }, () => random.normal());
    const skipped = Array.from({ length: 200 }, () => 2.5 * random.normal());
    const { pMean, pDistribution } = comparePairs(exact, skipped, 0, random);
    expect(pMean).toBeGreaterThan(1e-4);
    expect(pDistribution).toBeLessThan(1e-4);
  });
});

describe('the plan', () => {
  it('has the runs that show a shift of 5 % nine times in ten', () => {
    const shift = 0.05 * 300;
    let found = 0;
    const tries = 40;
    for (let i = 0; i < tries; i++) {
      let runs = FULL.firstRuns;
      let pairs = pairsOf(runs, shift);
      for (;;) {
        const needed = runsNeeded(...pairs, FULL);
        if (needed <= runs) break;
        const more = pairsOf(needed - runs, shift);
        pairs = [
          [...pairs[0], ...more[0]],
          [...pairs[1], ...more[1]],
        ];
        runs = needed;
      }
      const differences = failedOf(pairs[1]).map((value, run) => value - (pairs[0][run]?.failed ?? 0));
      const t = (mean(differences) / standardDeviation(differences)) * Math.sqrt(runs);
      if (t > unitsSeen(runs, { ...FULL, power: 0.5 + 1e-9 })) found++;
    }
    // Binomial with 36 of 40; four are five standard deviations below that.
    expect(found).toBeGreaterThan(26);
  });

  it('does not look at which engine is which', () => {
    const [exact, skipped] = pairsOf(24, 40);
    const swapped = exact.map((figures, run) => (run % 2 === 0 ? figures : (skipped[run] as Figures)));
    const others = skipped.map((figures, run) => (run % 2 === 0 ? figures : (exact[run] as Figures)));
    expect(runsNeeded(swapped, others, FULL)).toBe(runsNeeded(exact, skipped, FULL));
  });

  it('does not run for what a case’s limits cannot show', () => {
    const [exact, skipped] = pairsOf(24, 0);
    const needed = runsNeeded(exact, skipped, FULL);
    expect(needed).toBeGreaterThan(24);
    expect(runsNeeded(exact, skipped, { ...FULL, runsMax: needed - 1 })).toBe(24);
    expect(runsNeeded(exact, skipped, { ...FULL, requestsMax: 1e4 * (needed - 1) })).toBe(24);
  });
});

function caseOf(shift: number): CaseResult {
  const [exact, skipped] = pairsOf(60, shift);
  const figures = compareFigures('a case', exact, skipped, FULL);
  return { name: 'a case', runs: 60, exactShare: 0, errorBound: 0, speedup: 1, figures };
}

/** Whether each alarm about a shift of 40 in 300 is covered by a deviation that is known up to this bound. */
function knownWithin(bound: number): readonly boolean[] {
  const deviation = { name: 'a case', figures: ['failed'], bound, why: 'a test' };
  return alarmsOf([caseOf(40)], 0.01, [deviation]).alarms.map(({ known }) => known !== null);
}

describe('alarmsOf', () => {
  it('names what differs, and leaves figures aside that nothing could move', () => {
    const { comparisons, alarms } = alarmsOf([caseOf(40)], 0.01, []);
    expect(comparisons).toBe(2);
    expect(alarms.map(({ figure, known }) => [figure, known])).toContainEqual(['failed', null]);
    expect(alarmsOf([caseOf(0)], 0.01, []).alarms).toEqual([]);
  });

  it('knows a deviation within its bound only', () => {
    expect(knownWithin(0.3)).not.toContain(false);
    expect(knownWithin(0.05)).not.toContain(true);
  });
});
