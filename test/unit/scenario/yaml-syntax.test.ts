import { describe, expect, test } from 'vitest';
import { DiagnosticList } from '../../../src/scenario/diagnostic-list.ts';
import { parseYaml } from '../../../src/scenario/yaml-document.ts';

function places(text: string): readonly string[] {
  const diagnostics = new DiagnosticList();
  parseYaml('a.yaml', text, diagnostics);
  return diagnostics.sorted().map(({ code, location }) => `${code} ${location.line}:${location.column}`);
}

describe('a mistake is shown where it is made', () => {
  test.each([
    ['a bracket', 'a: 1\nb: [x, y\nc: 2\nd: 3\n'],
    ['a brace', 'a: 1\nb: {x: 1\nc: 2\n'],
    ['the outer of two brackets', 'a: 1\nb: [[1, 2]\nc: 3\n'],
    ['a quote', 'a: 1\nb: "x\nc: 2\n'],
    ['a single quote', "a: 1\nb: 'x\nc: 2\n"],
  ])('%s that is never closed', (_, text) => {
    expect(places(text)).toEqual(['E101 2:4']);
  });

  test('a tab, once', () => {
    expect(places('a:\n  b: 1\n\tc: 2\n  d: 3\n')).toEqual(['E101 3:1']);
  });
});
