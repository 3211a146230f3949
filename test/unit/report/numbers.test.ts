import { describe, expect, it } from 'vitest';
import { formatCount, formatInstant, formatMs, formatShare, plural } from '../../../src/report/numbers.ts';

const THIN = '\u2009';

describe('counts', () => {
  it.each([
    [0, '0'],
    [0.01, '<0.1'],
    [0.4, '0.4'],
    [3, '3'],
    [3.04, '3'],
    [9812.4, '9812'],
    [10_000, `10${THIN}000`],
    [1_480_233, `1${THIN}480${THIN}233`],
  ])('%d → %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });
});

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.999_99, '>99.9 %'],
    [0.997, '99.7 %'],
    [0.97, '97 %'],
    [0.034, '3.4 %'],
    [0.0088, '0.88 %'],
    [0.000_012, '0.0012 %'],
    [1e-9, '<0.0001 %'],
  ])('%d → %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [0.42, '0.4 ms'],
    [20, '20 ms'],
    [4200, '4.2 s'],
    [98_400, '98.4 s'],
    [720_000, '12 min'],
  ])('%d ms → %s', (durationMs, text) => {
    expect(formatMs(durationMs)).toBe(text);
  });

  it('of a story have milliseconds', () => {
    expect(formatInstant(12_345.6)).toBe('12.346 s');
  });
});

describe('words', () => {
  it('follow the number', () => {
    expect([plural(1, 'run'), plural(0, 'run'), plural(2, 'run')]).toEqual(['1 run', '0 runs', '2 runs']);
    expect(plural(3, 'more', 'more')).toBe('3 more');
  });
});
