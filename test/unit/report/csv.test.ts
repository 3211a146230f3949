import { expect, it } from 'vitest';
import { csvText } from '../../../src/report/csv.ts';

it('writes a header and rows with CRLF, as RFC 4180 has it', () => {
  expect(
    csvText([
      { a: 1, b: 'x' },
      { a: null, b: '' },
    ]),
  ).toBe('a,b\r\n1,x\r\n,\r\n');
});

it('quotes what holds commas, quotes or ends of lines, and doubles quotes', () => {
  const row = { 'a,b': 'say "hi"', c: 'two\nlines', d: '{style: exit, drainMax: 1s}', e: 'carriage\rreturn' };
  expect(csvText([row])).toBe(
    '"a,b",c,d,e\r\n"say ""hi""","two\nlines","{style: exit, drainMax: 1s}","carriage\rreturn"\r\n',
  );
});

it('writes nothing for no rows', () => {
  expect(csvText([])).toBe('');
});
