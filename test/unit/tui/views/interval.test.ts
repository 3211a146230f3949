import { describe, expect, it } from 'vitest';
import { shortened, withInterval } from '../../../../src/tui/views/interval.ts';

describe('withInterval', () => {
  it('names a unit once', () => {
    expect(withInterval('64.3 s', '58.6 s … 70.5 s')).toBe('64.3 s (58.6…70.5)');
    expect(withInterval('1 core', '0.9 cores … 1.1 cores')).toBe('1 core (0.9…1.1 cores)');
    expect(withInterval('0.9 s', '800 ms … 1.1 s')).toBe('0.9 s (800 ms…1.1 s)');
    expect(withInterval('105', '90 … 120')).toBe('105 (90…120)');
    expect(withInterval('25', null)).toBe('25');
  });
});

describe('shortened', () => {
  it('counts in thousands only where there is no room', () => {
    const text = '−24\u2009602 (−31\u2009000…−118\u2009000)';
    expect(shortened(text, 40)).toBe(text);
    expect(shortened(text, 20)).toBe('−24.6k (−31k…−118k)');
  });
});
