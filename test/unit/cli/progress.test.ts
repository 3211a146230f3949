import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../src/cli/progress.ts';
import { styleFor } from '../../../src/cli/terminal-style.ts';

function fakeStream(isTTY: boolean): { isTTY: boolean; text: string; write: (text: string) => void } {
  const stream = {
    isTTY,
    text: '',
    write: (text: string) => {
      stream.text += text;
    },
  };
  return stream;
}

describe('progressLine', () => {
  it('rewrites one line on a terminal and leaves none behind', () => {
    const stream = fakeStream(true);
    const line = progressLine(stream, {});
    line.show('1 of 2');
    line.show('1 of 2');
    line.show('2 of 2');
    line.clear();
    line.clear();
    expect(stream.text).toBe('\r\u001B[K1 of 2\r\u001B[K2 of 2\r\u001B[K');
  });

  it('shows steps there as it shows everything', () => {
    const stream = fakeStream(true);
    const line = progressLine(stream, {});
    line.step('waiting for DNS');
    line.show('1 of 2');
    line.clear();
    expect(stream.text).toBe('\r\u001B[Kwaiting for DNS\r\u001B[K1 of 2\r\u001B[K');
  });

  it.each([
    [false, {}],
    [true, { TERM: 'dumb' }],
  ])('elsewhere writes a plain line for each step, once, and nothing else', (isTTY, environment) => {
    const stream = fakeStream(isTTY);
    const line = progressLine(stream, environment);
    line.show('1 of 2');
    line.step('waiting for DNS');
    line.step('waiting for DNS');
    line.show('2 of 2');
    line.step('sending a request');
    line.clear();
    expect(stream.text).toBe('waiting for DNS\nsending a request\n');
  });
});

describe('styleFor', () => {
  it('colours terminals', () => {
    expect(styleFor({ isTTY: true }, {}).bad('x')).not.toBe('x');
  });

  it('leaves pipes and those who want no colour alone', () => {
    for (const style of [
      styleFor({}, {}),
      styleFor({ isTTY: true }, { NO_COLOR: '1' }),
      styleFor({ isTTY: true }, { TERM: 'dumb' }),
    ]) {
      expect([style.bad('x'), style.strong('x'), style.good('x')]).toEqual(['x', 'x', 'x']);
    }
  });
});
