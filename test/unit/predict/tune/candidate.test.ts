import { describe, expect, it } from 'vitest';
import { newCandidate, verdictOf, type Candidate } from '../../../../src/predict/tune/candidate.ts';
import { cheapest } from '../../../../src/predict/tune/cheapest.ts';
import { dominates } from '../../../../src/predict/tune/frontier.ts';
import { wilsonInterval, Z_95 } from '../../../../src/predict/tune/wilson.ts';
import { outcome } from './synthetic.ts';

function candidate(hits: number, misses: number, position = 0): Candidate {
  return {
    ...newCandidate([position], position),
    outcomes: [
      ...Array.from({ length: hits }, () => outcome()),
      ...Array.from({ length: misses }, () => outcome({ met: false })),
    ],
  };
}

function withOutcome(position: number, part: Parameters<typeof outcome>[0]): Candidate {
  return { ...newCandidate([position], position), outcomes: [outcome(part)] };
}

describe('Wilson’s interval', () => {
  it('has the textbook’s values', () => {
    // Newcombe (1998), table I: 81 of 263 and 15 of 148.
    expect(wilsonInterval(81, 263)).toMatchObject({
      low: expect.closeTo(0.2553, 4) as number,
      high: expect.closeTo(0.3662, 4) as number,
    });
    expect(wilsonInterval(15, 148)).toMatchObject({
      low: expect.closeTo(0.0624, 4) as number,
      high: expect.closeTo(0.1605, 4) as number,
    });
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(20, 20).high).toBe(1);
  });

  it('holds the share for which it is solved: (p̂ − p)² = z²·p·(1 − p)/n', () => {
    const { low, high } = wilsonInterval(7, 30);
    for (const p of [low, high]) {
      expect((7 / 30 - p) ** 2).toBeCloseTo((Z_95 ** 2 * p * (1 - p)) / 30, 12);
    }
  });

  it('refuses what is no share', () => {
    expect(() => wilsonInterval(1, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe('a verdict', () => {
  it.each([
    [0, 1, 'misses'],
    [1, 1, 'misses'],
    [4, 0, 'open'],
    [19, 1, 'open'],
    [72, 0, 'open'],
    [73, 0, 'meets'],
    [191, 9, 'meets'],
    [187, 13, 'misses'],
  ] as const)('after %i good runs and %i bad ones: %s', (hits, misses, verdict) => {
    expect(verdictOf(candidate(hits, misses))).toBe(verdict);
  });
});

describe('the cheapest', () => {
  it('has the fewest standing pods, then pod-seconds, then time, then changes', () => {
    const many = withOutcome(0, { standingPods: 12, extraPodMs: 0 });
    const slow = withOutcome(1, { extraPodMs: 1000, durationMs: 90_000 });
    const quick = withOutcome(3, { extraPodMs: 1040, durationMs: 30_000 });
    const same = withOutcome(2, { extraPodMs: 1040, durationMs: 30_500 });
    expect(cheapest([many, slow])?.key).toBe('1');
    // 4 % more pod-seconds are none; a third of the time is something.
    expect(cheapest([many, slow, quick])?.key).toBe('3');
    expect(cheapest([many, slow, quick, same])?.key).toBe('2');
    expect(cheapest([])).toBeNull();
  });

  it('is not the one that dominates by being equal', () => {
    expect(dominates([1, 2, 3], [1, 2, 3])).toBe(false);
    expect(dominates([1, 2, 3], [1, 2, 4])).toBe(true);
    expect(dominates([0, 3, 3], [1, 2, 3])).toBe(false);
  });
});
