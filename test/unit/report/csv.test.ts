import { describe, expect, it } from 'vitest';
import { csvText } from '../../../src/report/csv.ts';

describe('csvText', () => {
  it('quotes what has commas, quotes or line breaks, and leaves null empty (RFC 4180)', () => {
    expect(
      csvText([
        { name: 'a,b', count: 1, share: null },
        { name: 'say "no"', count: 0.5, share: 2 },
      ]),
    ).toBe('name,count,share\r\n"a,b",1,\r\n"say ""no""",0.5,2\r\n');
  });

  it('has nothing to say of no rows', () => {
    expect(csvText([])).toBe('');
  });
});
