import { expect, test } from 'vitest';
import { Outcomes } from '../../../../src/model/traffic/outcomes.ts';

test('a bin from which every answered request was taken back has no latency', () => {
  const outcomes = new Outcomes(0, 100);
  outcomes.skipped({ offered: 1, ok: 1, reused: true }, null);
  outcomes.closeBin();
  outcomes.offered(110);
  outcomes.ok(110, 130, true, 1);
  expect(outcomes.takeBack(1, true)).toBe(1);
  outcomes.closeBin();
  const { ok, series } = outcomes.result(1);
  expect(ok).toBe(1);
  expect(series.ok).toEqual([1, 0]);
  expect(series.latencyP50Ms[1]).toBeNull();
});
