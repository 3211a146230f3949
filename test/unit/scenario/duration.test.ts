import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/scenario/duration.ts';

test.each([
  ['0', 0],
  ['250ms', 250],
  ['45s', 45_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['1m0.5s', 60_500],
  ['3us', 0.003],
  ['3µs', 0.003],
  ['100ns', 0.0001],
])('%s is read as %d ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test.each(['', '5', '5 s', '-5s', '5sec', '1d', 's', '1e3s', '.5s', 'NaNs', '9999999999999999h'])(
  '%j is refused',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test.each([
  [0, '0s'],
  [0.0001, '100ns'],
  [0.4, '400us'],
  [2.5, '2.5ms'],
  [1000, '1s'],
  [90_000, '1m30s'],
  [60_500, '1m0.5s'],
  [3_600_000, '1h'],
  [5_400_000, '1h30m'],
  [-2000, '-2s'],
])('%d ms is written as %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
