import { describe, expect, it } from 'vitest';
import { cut, cutMiddle, flow, wrap } from '../../../src/report/lines.ts';

describe('flow', () => {
  it('breaks between items only', () => {
    expect(flow(['aaa', 'bbb', 'ccc'], ' · ', 9)).toEqual(['aaa · bbb', 'ccc']);
    expect(flow(['a very long item'], ' ', 4)).toEqual(['a very long item']);
    expect(flow([], ' ', 4)).toEqual([]);
  });

  it('counts no room for colours', () => {
    expect(flow(['\u001B[1maaa\u001B[22m', 'bbb'], ' ', 7)).toHaveLength(1);
  });
});

describe('cutting', () => {
  it('keeps what fits', () => {
    expect([cut('abc', 3), cut('abcd', 3), cutMiddle('abc', 3)]).toEqual(['abc', 'ab…', 'abc']);
  });

  it('keeps the first key and the end of a manifest’s line', () => {
    const text = 'preStop: exec: command: ["/bin/sh", "-c", "kill -TERM 1; sleep 45"]';
    const short = cutMiddle(text, 40);
    expect(short.startsWith('preStop: … ')).toBe(true);
    expect(short.endsWith('"kill -TERM 1; sleep 45"]')).toBe(true);
    expect(short.length).toBeLessThanOrEqual(40);
  });

  it('breaks no word of a manifest’s line', () => {
    expect(cutMiddle('key: first second third fourth', 22)).toBe('key: … third fourth');
    expect(cutMiddle('key: first second third fourth', 20)).toBe('key: … third fourth');
    expect(cutMiddle('key: 0123456789012345678901234', 12)).toBe('key: … 01234');
  });

  it('wraps sentences at spaces', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  });
});
