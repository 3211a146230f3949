import { describe, expect, it } from 'vitest';
import { ErrorBound, FORGOTTEN_SHARE } from '../../../../../src/model/traffic/skip-ahead/error-bound.ts';

describe('ErrorBound', () => {
  it('adds up what the laws leave out, each at its own share', () => {
    const bound = new ErrorBound();
    expect(bound.accuracy(0, 0)).toEqual({ exactShare: 1, errorBound: 0 });
    bound.skipped(1000, 0.002);
    bound.revealed(50);
    bound.atRisk(10, 0.01);
    const { exactShare, errorBound } = bound.accuracy(1000, 4000);
    expect(exactShare).toBe(0.75);
    expect(errorBound).toBeCloseTo(2 + 50 * FORGOTTEN_SHARE + 0.1, 12);
  });

  it('counts no request more than once', () => {
    const bound = new ErrorBound();
    bound.skipped(10, 7);
    expect(bound.accuracy(10, 10).errorBound).toBe(10);
  });
});
