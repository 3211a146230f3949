import { describe, expect, it } from 'vitest';
import {
  constantServiceWaits,
  erlangB,
  erlangC,
  WAIT_PARTS,
} from '../../../../src/model/traffic/queueing.ts';

describe('Erlang’s formulas', () => {
  it.each([
    // Closed forms for few servers.
    [1, 0.5, 0.5 / 1.5],
    [2, 1, 0.5 / 2.5],
    [0, 3, 1],
  ])('B(%i, %f)', (servers, offered, blocked) => {
    expect(erlangB(servers, offered)).toBeCloseTo(blocked, 12);
  });

  it('C of one server is its utilisation', () => {
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
    expect(erlangC(2, 2)).toBe(1);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  });
});

describe('constantServiceWaits', () => {
  it.each([0.1, 0.35, 0.6, 0.8, 0.9])(
    'at utilisation %f has the mean of Pollaczek and Khinchine',
    (utilization) => {
      const waits = constantServiceWaits(utilization);
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / WAIT_PARTS;
      const wanted = utilization / (2 * (1 - utilization));
      expect(Math.abs(mean / wanted - 1)).toBeLessThan(0.02);
      // Whoever finds the server idle does not wait.
      const idle = waits.filter((wait) => wait === 0).length / WAIT_PARTS;
      expect(Math.abs(idle - (1 - utilization))).toBeLessThan(2 / WAIT_PARTS);
      expect([...waits].toSorted((a, b) => a - b)).toEqual([...waits]);
    },
  );
});
