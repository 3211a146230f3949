/** The shape that measured records are held to: simulated ones have it too, and what has not is told by its field. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadScenario, simulate, type RunRecord } from '../../src/index.ts';
import { recordJsonSchema } from '../../src/record-schema.ts';
import { recordProblems } from '../record-schema.ts';

function simulated(name: string): RunRecord {
  const { scenario } = loadScenario(name);
  if (scenario === null) throw new Error(`${name} does not load`);
  return simulate(scenario, { seed: 1, engine: 'exact' });
}

const RECORD = simulated('pod-kill-forced');

describe('a simulated record', () => {
  test('has its shape, with failed requests in it', () => {
    expect(RECORD.totals.failed).toBeGreaterThan(0);
    expect(recordProblems(RECORD)).toBe('');
  });

  test('of a drain has it too', () => {
    expect(recordProblems(simulated('node-drain'))).toBe('');
  });
});

describe('what is told of a record that has not', () => {
  const { totals, ...withoutTotals } = RECORD;
  test.each<readonly [string, unknown, RegExp]>([
    ['a field is missing', withoutTotals, /expected object[\s\S]*at totals/u],
    ['a field is too many', { ...RECORD, note: 'x' }, /^\/note is not described$/u],
    [
      'a field is too many deep inside',
      { ...RECORD, failedSample: [{ ...RECORD.failedSample[0], note: 'x' }] },
      /^\/failedSample\/0\/note is not described$/u,
    ],
    ['a count is negative', { ...RECORD, totals: { ...totals, ok: -1 } }, /at totals\.ok/u],
    ['a number is none', { ...RECORD, endMs: Number.NaN }, /at endMs/u],
    [
      'an event is unheard of',
      { ...RECORD, timeline: [{ timeMs: 1, kind: 'pod-lost', object: 'pod/x' }] },
      /at timeline\[0\]\.kind/u,
    ],
  ])('%s', (_, record, message) => {
    expect(recordProblems(record)).toMatch(message);
  });
});

test('its JSON Schema is fresh: npm run generate', () => {
  const file = new URL('../../docs/record.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(recordJsonSchema(), null, 2)}\n`);
});
