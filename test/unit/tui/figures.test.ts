import { describe, expect, it } from 'vitest';
import { figuresOf, judgement } from '../../../src/tui/figures.ts';
import { run } from './fixture.ts';

const BEFORE = [100, 120, 90, 110].map((failed, index) => run(index + 1, failed));

describe('figuresOf', () => {
  it('pairs the runs that both sides have, and judges what leaves no doubt', () => {
    const after = [run(1, 10), run(2, 14), undefined, run(4, 12)];
    const failed = figuresOf(BEFORE, after).find(({ kind }) => kind.name === 'Failed');
    expect(failed?.before?.mean).toBe(105);
    expect(failed?.after?.mean).toBe(12);
    expect(failed?.difference?.mean).toBeCloseTo(-98);
    expect(failed && judgement(failed)).toBe('good');
    const same = figuresOf(BEFORE, BEFORE).find(({ kind }) => kind.name === 'Failed');
    expect(same && judgement(same)).toBe('plain');
  });

  it('has no latency where no request was answered', () => {
    const latencyMs = { p50: 0, p90: 0, p99: 0, p999: 0 };
    const unanswered = BEFORE.map((each) => ({ ...each, totals: { ...each.totals, latencyMs } }));
    const latency = figuresOf(BEFORE, unanswered).filter(({ kind }) => kind.name.startsWith('Latency'));
    expect(latency).toHaveLength(2);
    for (const figure of latency) expect(figure).toMatchObject({ after: null, difference: null });
    expect(latency[0]?.kind.otherwise).toBe('none');
  });

  it('says nothing about what has not run', () => {
    const [failed] = figuresOf([], null);
    expect(failed).toMatchObject({ before: null, after: null, difference: null });
  });
});
