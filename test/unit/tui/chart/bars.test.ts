import { describe, expect, it } from 'vitest';
import { bars } from '../../../../src/tui/chart/bars.ts';
import { textOf } from '../../../../src/tui/span.ts';

function text(values: readonly number[], max: number, height: number): readonly string[] {
  return bars(values, max, height, 'bad').map(textOf);
}

describe('bars', () => {
  it('rises by eighths, through as many rows as there are', () => {
    expect(text([0, 1, 4, 8], 8, 1)).toEqual([' ▁▄█']);
    expect(text([0, 1, 4, 8], 8, 2)).toEqual(['   █', ' ▂██']);
  });

  it('shows the least that is above zero, and nothing of nothing', () => {
    expect(text([0.001, 0], 1000, 2)).toEqual(['  ', '▁ ']);
    expect(text([0, 0], 0, 1)).toEqual(['  ']);
  });
});
