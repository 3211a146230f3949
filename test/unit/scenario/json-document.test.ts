import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiagnosticList } from '../../../src/scenario/diagnostic-list.ts';
import { parseJson } from '../../../src/scenario/json-document.ts';

test('values stand where the text has them, keys and nested lists included', () => {
  const diagnostics = new DiagnosticList();
  const document = parseJson('x.json', '{\n  "a": [1, {"b c": null}],\n  "d": "e"\n}', diagnostics);
  expect(document?.value).toEqual({ a: [1, { 'b c': null }], d: 'e' });
  expect(document?.source.values).toMatchObject({
    '': [1, 1],
    a: [2, 8],
    'a[0]': [2, 9],
    'a[1]["b c"]': [2, 20],
    d: [3, 8],
  });
  expect(document?.source.keys).toMatchObject({ a: [2, 3], d: [3, 3] });
});

test('what JSON.parse takes is taken, and what it refuses has a place in the text', () => {
  const cut = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', 'x', '\u0001'));
  fc.assert(
    fc.property(cut, ([json, at, extra]) => {
      const position = at % (json.length + 1);
      const text = `${json.slice(0, position)}${extra}${json.slice(position + (extra === '' ? 1 : 0))}`;
      const diagnostics = new DiagnosticList();
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const document = parseJson('x.json', text, diagnostics);
      expect(document !== null).toBe(valid);
      if (valid) expect(document?.source.values['']).toBeDefined();
      else {
        const [first] = diagnostics.sorted();
        expect(first?.code).toBe('E116');
        expect(first?.message).toMatch(/must stand here|too early|may follow|does not end/u);
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});
