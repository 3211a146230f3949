import { expect, test } from 'vitest';
import { formatCount, formatMs } from '../../../src/report/numbers.ts';
import { signed } from '../../../src/report/signed.ts';

test('a difference has its sign, and none where it is rounded to nothing', () => {
  expect(signed(-20, formatMs)).toBe('−20 ms');
  expect(signed(20, formatMs)).toBe('+20 ms');
  expect(signed(-0.04, formatCount)).toBe('−<0.1');
  expect(signed(-0.01, formatMs)).toBe('0 ms');
  expect(signed(0, formatMs)).toBe('0 s');
});
