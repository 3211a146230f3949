import { expect, test } from 'vitest';
import { signTest } from '../../../../src/predict/compare/sign-test.ts';

test.each([
  [0, 0, 1],
  [0, 1, 1],
  [0, 5, 0.0625],
  [0, 6, 0.03125],
  [6, 0, 0.03125],
  [1, 9, 22 / 1024],
  [5, 5, 1],
])('%i lower and %i higher: p = %f', (lower, higher, p) => {
  expect(signTest(lower, higher)).toBeCloseTo(p, 12);
});

test('thousands of pairs neither overflow nor vanish', () => {
  expect(signTest(2000, 2000)).toBe(1);
  // The normal law with continuity correction gives 0.0016 for 1900 of 4000.
  expect(signTest(1900, 2100)).toBeCloseTo(0.00165, 4);
  expect(signTest(0, 4000)).toBe(0);
});
