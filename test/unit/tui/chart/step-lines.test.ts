import { describe, expect, it } from 'vitest';
import { stepLines } from '../../../../src/tui/chart/step-lines.ts';
import { textOf } from '../../../../src/tui/span.ts';

const SIZE = { width: 3, height: 1, min: 0, max: 3 };

describe('stepLines', () => {
  it('draws two dots a column, and a stroke from one height to the next', () => {
    const [line] = stepLines([{ tone: 'ready', values: [3, 3, 3, 0, 0, 0] }], SIZE);
    expect(textOf(line ?? [])).toBe('⠉⢹⣀');
  });

  it('leaves every other dot of a dotted line out', () => {
    const [line] = stepLines([{ tone: 'ready', values: [3, 3, 3, 3, 3, 3], dotted: true }], SIZE);
    expect(textOf(line ?? [])).toBe('⠁⠁⠁');
  });

  it('shows both lines in one cell, in the tone of the first', () => {
    const [line] = stepLines(
      [
        { tone: 'ready', values: [3, 3, 3, 3, 3, 3] },
        { tone: 'doubtful', values: [0, 0, 0, 0, 0, 0] },
      ],
      SIZE,
    );
    expect(line).toEqual([{ text: '⣉⣉⣉', tone: 'ready' }]);
  });
});
