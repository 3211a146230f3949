import { describe, expect, it } from 'vitest';
import { checkExpectations } from '../../../src/predict/expectations.ts';
import { causeOf, runOf } from './run-of.ts';

const location = { file: 'scenario.yaml', line: 40, column: 5 };

describe('checkExpectations', () => {
  it('counts the runs that hold and calls 95 % met', () => {
    const runs = [...Array.from({ length: 19 }, () => runOf()), runOf({ causes: [causeOf('R-SRV-7', 8)] })];
    const [result] = checkExpectations([{ name: 'failedRequests', max: 0, location }], runs);
    expect(result).toMatchObject({ name: 'failedRequests', target: '0', probabilityMet: 0.95, met: true });
    const [worse] = checkExpectations([{ name: 'failedRequests', max: 0, location }], runs.slice(1));
    expect(worse?.met).toBe(false);
  });

  it('takes a share in percent, without rounding errors in its text', () => {
    const run = runOf({ causes: [causeOf('R-SRV-7', 7000)] });
    const [result] = checkExpectations([{ name: 'failedShare', max: 0.07, location }], [run]);
    expect(result).toMatchObject({ target: '7%', met: true });
    expect(result?.value.mean).toBeCloseTo(0.07, 12);
  });

  it('reads latency, pods and duration from their own figures', () => {
    const run = runOf({ p99: 251, minReady: 3, completeMs: 61_000 });
    const results = checkExpectations(
      [
        { name: 'latency', quantile: 'p99', maxMs: 250, location },
        { name: 'podsMax', max: 7, location },
        { name: 'readyMin', min: 4, location },
        { name: 'rolloutWithin', maxMs: 60_000, location },
      ],
      [run],
    );
    expect(results.map(({ name, target, met }) => [name, target, met])).toEqual([
      ['latency.p99', '250ms', false],
      ['pods.max', '7', true],
      ['pods.readyMin', '4', false],
      ['rolloutWithin', '1m', false],
    ]);
  });

  it('does not call a rollout in time that never completed', () => {
    const run = runOf({ completeMs: null });
    const [result] = checkExpectations([{ name: 'rolloutWithin', maxMs: 1e9, location }], [run]);
    expect(result).toMatchObject({ met: false, probabilityMet: 0 });
  });
});
