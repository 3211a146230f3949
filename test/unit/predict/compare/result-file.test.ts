import { describe, expect, test } from 'vitest';
import { simulate } from '../../../../src/model/simulate.ts';
import { looksLikeResult, readResult } from '../../../../src/predict/compare/result-file.ts';
import { sideOf } from '../../../../src/predict/compare/compare-scenarios.ts';
import { runOf } from '../run-of.ts';
import { QUICK, templateScenario } from '../template-scenario.ts';

const record = simulate(templateScenario(...QUICK), { seed: 1, engine: 'exact' });
const { prediction } = sideOf(
  'web',
  { name: 'web', digest: 'sha256:1', expect: [], warnings: [] },
  [runOf()],
  '1',
);

describe('what the program wrote', () => {
  test('a record and a prediction are read back as they are', () => {
    expect(readResult('r.json', JSON.stringify(record)).result).toEqual({
      kind: 'record',
      record: JSON.parse(JSON.stringify(record)),
    });
    expect(readResult('p.json', JSON.stringify(prediction, null, 2)).result).toEqual({
      kind: 'prediction',
      prediction,
    });
  });

  test('is told from a scenario or manifest in JSON', () => {
    expect(looksLikeResult('{ "schema": "rollout-sim/record/v1" }')).toBe(true);
    expect(looksLikeResult('{\n "apiVersion": "rollout-sim/v1" }')).toBe(false);
  });
});

function wrong(text: string): readonly string[] {
  const { result, diagnostics } = readResult('r.json', text);
  expect(result).toBeNull();
  return diagnostics.map(
    ({ code, location: { line, column }, message }) => `${code} ${line}:${column} ${message}`,
  );
}

describe('what is wrong is told with its place', () => {
  test('text that is no JSON', () => {
    expect(wrong('')).toEqual(['E116 1:1 This is not JSON: it ends too early.']);
    expect(wrong('{"a": 1,\n  }')).toEqual([
      'E116 2:3 This is not JSON: a key in double quotes must stand here.',
    ]);
    expect(wrong('{"a": [1 2]}')).toEqual(['E116 1:10 This is not JSON: a comma or ] must stand here.']);
    expect(wrong('{"a" 1}')).toEqual(['E116 1:6 This is not JSON: a colon must stand here.']);
    expect(wrong('{"a": 01}')).toEqual(['E116 1:8 This is not JSON: a comma or } must stand here.']);
    expect(wrong('{"a": no}')).toEqual(['E116 1:7 This is not JSON: a value must stand here.']);
    expect(wrong('{} {}')).toEqual(['E116 1:4 This is not JSON: nothing may follow the value.']);
  });

  test('JSON of another kind, and of another version', () => {
    expect(wrong('[]')[0]).toMatch(/^E203 1:1 /u);
    expect(wrong('{"schema": "rollout-sim/record/v2"}')).toEqual(['E204 1:12 schema cannot be that.']);
  });

  test('a record with a figure missing or of the wrong kind', () => {
    const text = JSON.stringify({ ...record, totals: { ...record.totals, failed: 'none' } }, null, 1);
    const line = text.split('\n').findIndex((each) => each.includes('"failed": "none"')) + 1;
    expect(wrong(text)).toEqual([expect.stringMatching(new RegExp(`^E203 ${line}:`, 'u'))]);
    const { pods: _pods, ...without } = record;
    expect(wrong(JSON.stringify(without))).toEqual([expect.stringMatching(/^E202 1:\d+ pods is required/u)]);
  });
});
