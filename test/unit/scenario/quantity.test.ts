import { expect, test } from 'vitest';
import { parseIntOrPercent, resolveIntOrPercent } from '../../../src/scenario/int-or-percent.ts';
import { parseBytes, parseCpuMilli, parseQuantity } from '../../../src/scenario/quantity.ts';

test.each([
  ['500m', 0.5],
  ['1Gi', 1024 ** 3],
  ['1e3', 1000],
  ['1.5k', 1500],
  ['100n', 1e-7],
  [2, 2],
  ['0.1', 0.1],
  ['2E', 2e18],
  ['1E3', 1000],
])('%s is read as %d', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each(['', '1GB', '-1', '1 Gi', 'Gi', '1ki', '0x10', '1e', 'Infinity'])('%j is no quantity', (text) => {
  expect(parseQuantity(text)).toBeNull();
});

test.each([
  ['0.29', 290],
  ['500m', 500],
  ['100u', 1],
  [1, 1000],
])('%s of CPU is %d thousandths of a core, rounded up', (text, milli) => {
  expect(parseCpuMilli(text)).toBe(milli);
});

test('bytes are rounded up to whole ones', () => {
  expect(parseBytes('0.5')).toBe(1);
  expect(parseBytes('512Mi')).toBe(536_870_912);
});

test.each([
  [5, 5],
  [0, 0],
  ['25%', '25%'],
  ['150%', '150%'],
  ['5', null],
  ['25 %', null],
  [-1, null],
  [1.5, null],
  [null, null],
  ['12.5%', null],
])('%j is read as %j', (value, read) => {
  expect(parseIntOrPercent(value)).toBe(read);
});

// R-DEP-2
test.each([
  ['25%', 3, 'up', 1],
  ['25%', 3, 'down', 0],
  ['25%', 20, 'up', 5],
  [4, 3, 'up', 4],
] as const)('%s of %d rounded %s is %d', (value, total, rounding, count) => {
  expect(resolveIntOrPercent(value, total, rounding)).toBe(count);
});
