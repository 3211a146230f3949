import { describe, expect, it } from 'vitest';
import { columnOf, columnsOf } from '../../../../src/tui/chart/columns.ts';

const BINS = { startMs: 0, binMs: 100 };
const VALUES = [1, 2, 3, 4, 5, 6, 7, 8];
const WHOLE = { fromMs: 0, toMs: 800 };

describe('columnsOf', () => {
  it('folds the bins below each column', () => {
    expect(columnsOf(VALUES, BINS, WHOLE, 4, 'last')).toEqual([2, 4, 6, 8]);
    expect(columnsOf(VALUES, BINS, WHOLE, 4, 'min')).toEqual([1, 3, 5, 7]);
    expect(columnsOf(VALUES, BINS, WHOLE, 2, 'mean')).toEqual([2.5, 6.5]);
    expect(columnsOf(VALUES, BINS, WHOLE, 1, 'max')).toEqual([8]);
  });

  it('repeats a bin that is wider than a column, and shows a part of the run', () => {
    expect(columnsOf(VALUES, BINS, { fromMs: 200, toMs: 400 }, 4, 'last')).toEqual([3, 3, 4, 4]);
  });
});

describe('columnOf', () => {
  it('keeps an instant within the chart', () => {
    expect(columnOf(0, WHOLE, 10)).toBe(0);
    expect(columnOf(799, WHOLE, 10)).toBe(9);
    expect(columnOf(800, WHOLE, 10)).toBe(9);
    expect(columnOf(-5, WHOLE, 10)).toBe(0);
  });
});
