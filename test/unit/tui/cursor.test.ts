import { describe, expect, it } from 'vitest';
import { span, textOf } from '../../../src/tui/span.ts';
import { withCursor } from '../../../src/tui/views/cursor.ts';

function behindOf(text: string): string | undefined {
  return withCursor([{ text, tone: 'ready', behind: 'starting' }], 0)[0]?.behind;
}

describe('the cursor through a chart', () => {
  it('is a stroke where nothing is, also behind the end of the line', () => {
    expect(textOf(withCursor([span('   ')], 1))).toBe(' │ ');
    expect(textOf(withCursor([span('ab')], 4))).toBe('ab  │');
  });

  it('keeps the colour of the area that it goes through', () => {
    expect(withCursor([span('███', 'ready')], 1)).toEqual([
      { text: '█', tone: 'ready' },
      { text: '│', tone: 'accent', behind: 'ready' },
      { text: '█', tone: 'ready' },
    ]);
  });

  it('takes the larger of two areas that meet in a cell', () => {
    expect(behindOf('▂')).toBe('starting');
    expect(behindOf('▆')).toBe('ready');
  });

  it('leaves thin shapes, and points at what is marked', () => {
    expect(withCursor([span('▂', 'bad')], 0)).toEqual([span('▂', 'bad')]);
    expect(withCursor([span('⠒', 'ready')], 0)).toEqual([span('⠒', 'ready')]);
    expect(withCursor([span('···', 'faint')], 1).map(({ text }) => text)).toEqual(['·', '▲', '·']);
    expect(withCursor([span('C', 'accent')], 0)).toEqual([span('C', 'selected')]);
  });
});
