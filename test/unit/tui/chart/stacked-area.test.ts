import { describe, expect, it } from 'vitest';
import { stackedArea, type Area } from '../../../../src/tui/chart/stacked-area.ts';
import { textOf, type Line } from '../../../../src/tui/span.ts';

const AREAS: readonly Area[] = [
  { tone: 'ready', shade: '█', values: [4, 4, 2, 0] },
  { tone: 'terminating', shade: '▒', values: [0, 1, 2, 0] },
  { tone: 'starting', shade: '░', values: [0, 1, 0, 8] },
];

function text(lines: readonly Line[]): string {
  return lines.map(textOf).join('\n');
}

describe('stackedArea', () => {
  it('fills a row for each share of the height with the shade of its area', () => {
    expect(text(stackedArea(AREAS, { width: 4, height: 8, max: 8, coloured: false }))).toBe(
      ['   ░', '   ░', ' ░ ░', ' ▒ ░', '██▒░', '██▒░', '███░', '███░'].join('\n'),
    );
  });

  it('gives an area that holds anything one row, however low it is', () => {
    const tiny: readonly Area[] = [
      { tone: 'ready', shade: '█', values: [100] },
      { tone: 'terminating', shade: '▒', values: [1] },
    ];
    expect(text(stackedArea(tiny, { width: 1, height: 5, max: 250, coloured: false }))).toBe(' \n \n▒\n█\n█');
  });

  it('cuts a cell at an eighth where two coloured areas meet, one behind the other', () => {
    const [upper, lower] = stackedArea(AREAS, { width: 4, height: 2, max: 8, coloured: true });
    expect(text([upper ?? [], lower ?? []])).toBe(' ▂ █\n██▄█');
    expect(upper?.[1]).toEqual({ text: '▂', tone: 'terminating', behind: 'starting' });
    expect(lower?.[1]).toEqual({ text: '▄', tone: 'ready', behind: 'terminating' });
  });

  it('is empty where nothing is', () => {
    expect(text(stackedArea([], { width: 3, height: 2, max: 0, coloured: true }))).toBe('   \n   ');
  });
});
