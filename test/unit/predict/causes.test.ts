import { describe, expect, it } from 'vitest';
import { groupCauses } from '../../../src/predict/causes.ts';
import { causeOf, runOf } from './run-of.ts';

describe('groupCauses', () => {
  it('sums over runs, counts runs without the cause, and puts the costliest first', () => {
    const runs = [
      runOf({ causes: [causeOf('R-SRV-8', 10), causeOf('R-SRV-7', 30)] }),
      runOf({ causes: [causeOf('R-SRV-7', 60)] }),
    ];
    const causes = groupCauses(runs);
    expect(causes.map(({ rule }) => rule)).toEqual(['R-SRV-7', 'R-SRV-8']);
    expect(causes.map(({ share }) => share)).toEqual([0.9, 0.1]);
    expect(causes[1]?.failed).toMatchObject({ mean: 5, min: 0, max: 10 });
  });

  it('keeps one rule at two places apart', () => {
    const causes = groupCauses([runOf({ causes: [causeOf('R-SRV-5', 1, 7), causeOf('R-SRV-5', 1, 9)] })]);
    expect(causes).toHaveLength(2);
  });

  it('takes the same lines in another order for the same cause', () => {
    const [one, two] = [causeOf('R-SRV-7', 4, 7), causeOf('R-SRV-7', 6, 9)];
    const where = [...one.where, ...two.where];
    const causes = groupCauses([
      runOf({
        causes: [
          { ...one, where },
          { ...two, where: where.toReversed() },
        ],
      }),
    ]);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.failed.mean).toBe(10);
    expect(causes[0]?.where.map(({ line }) => line)).toEqual([7, 9]);
  });

  it('finds nothing where nothing fails', () => {
    expect(groupCauses([runOf(), runOf()])).toEqual([]);
  });
});
