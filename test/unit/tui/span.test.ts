import { describe, expect, it } from 'vitest';
import { fitted, lettersOf, merged, span, spread, textOf } from '../../../src/tui/span.ts';

describe('fitted', () => {
  it('fills a line up, or cuts it with a sign that it goes on', () => {
    expect(textOf(fitted([span('ab'), span('cd')], 6))).toBe('abcd  ');
    expect(textOf(fitted([span('abc'), span('def')], 5))).toBe('abcd…');
    expect(textOf(fitted([span('abc')], 3))).toBe('abc');
  });

  it('counts signs, not code units', () => {
    expect(lettersOf('né🙂')).toHaveLength(3);
    expect(textOf(fitted([span('🙂🙂🙂')], 2))).toBe('🙂…');
  });
});

describe('spread', () => {
  it('puts the second part at the edge and cuts the first', () => {
    expect(textOf(spread([span('left')], [span('right')], 12))).toBe('left   right');
    expect(textOf(spread([span('a long left part')], [span('right')], 12))).toBe('a long…right');
  });
});

describe('merged', () => {
  it('joins neighbours that look the same', () => {
    expect(merged([span('a', 'bad'), span('b', 'bad'), span('', 'good'), span('c')])).toEqual([
      span('ab', 'bad'),
      span('c'),
    ]);
  });
});
