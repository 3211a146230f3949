import { describe, expect, test } from 'vitest';
import { signed, signedInterval } from '../../../src/report/signed.ts';
import { tableLines } from '../../../src/report/table.ts';
import { formatCount } from '../../../src/report/numbers.ts';

function bold(text: string): string {
  return `\u001B[1m${text}\u001B[22m`;
}

describe('a table', () => {
  const rows = [
    [{ text: 'Failed' }, { text: '12', note: '3 … 20' }, { text: 'worse' }],
    [{ text: 'Pods' }, { text: '4', note: null }, { text: 'same' }],
  ];

  test('puts notes behind their values where there is room', () => {
    expect(tableLines(rows)).toEqual(['  Failed   12 (3 … 20)   worse', '  Pods     4             same']);
  });

  test('puts them below where there is none, and only where there are any', () => {
    expect(tableLines(rows, 29)).toEqual([
      '  Failed   12         worse',
      '           (3 … 20)',
      '  Pods     4          same',
    ]);
  });

  test('colours take no room', () => {
    const painted = [[{ text: 'Pods', paint: bold }, { text: '4' }, { text: 'same' }]];
    expect(tableLines(painted)).toEqual(['  \u001B[1mPods\u001B[22m   4   same']);
  });
});

test('numbers carry their sign, and so do both ends of an interval', () => {
  expect(signed(-9800, formatCount)).toBe('−9800');
  expect(signed(0.4, formatCount)).toBe('+0.4');
  expect(signed(0, formatCount)).toBe('0');
  expect(signedInterval(-3, 12, formatCount)).toBe('−3 … +12');
  expect(signedInterval(2, 2, formatCount)).toBeNull();
  expect(signedInterval(null, null, formatCount)).toBeNull();
});
