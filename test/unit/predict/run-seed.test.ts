import { describe, expect, it } from 'vitest';
import { runSeed, runSeeds } from '../../../src/predict/run-seed.ts';

describe('run seeds', () => {
  it('begin with the seed itself and do not depend on how many there are', () => {
    expect(runSeed(17, 0)).toBe(17);
    expect(runSeeds(17, 50).slice(0, 3)).toEqual(runSeeds(17, 3));
  });

  it('are different safe integers', () => {
    const seeds = [...runSeeds(1, 2000), ...runSeeds(2, 2000)];
    expect(new Set(seeds).size).toBe(4000);
    expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  });
});
