import { describe, expect, test } from 'vitest';
import type { Breaking } from '../../../../src/predict/break/breaking.ts';
import { parseRegressions, scheduleOf, withRegression } from '../../../../src/predict/break/regressions.ts';
import { reloadTemplate, templateScenario } from '../template-scenario.ts';

function found(...yaml: readonly string[]): Breaking {
  const counterexample = { path: '12:0', broken: [{ name: 'failedRequests' }], yaml };
  return { engine: { seed: 7 }, counterexample } as unknown as Breaking;
}

const KILL = '{ at: 3s, podKill: { mode: one } }';

describe('the file', () => {
  const first = withRegression('', found(KILL));

  test('begins with what it is for', () => {
    expect(first)
      .toBe(`# Fault schedules that once broke this scenario. sim break tries them first and adds to them.
schedules:
  - breaks: [ failedRequests ]
    seed: 7
    path: 12:0
    faults:
      - { at: 3s, podKill: { mode: one } }
`);
  });

  test('keeps what stands in it, comments too, and adds at its end', () => {
    const commented = first.replace('    seed: 7', '    # Found on a Friday.\n    seed: 7');
    const second = withRegression(commented, found('{ at: 9s, drain: { node: worker-1 } }'));
    expect(second.startsWith(commented.trimEnd())).toBe(true);
    expect(second).toContain('- { at: 9s, drain: { node: worker-1 } }');
    expect(parseRegressions('r.yaml', second).regressions).toHaveLength(2);
  });

  test('is read into the schedules of the scenario as it is today', () => {
    const { regressions } = parseRegressions(
      'r.yaml',
      withRegression(first, found(KILL, '{ at: 9s, drain: { node: gone } }')),
    );
    const schedules = regressions?.map((each) => scheduleOf(each, templateScenario(), reloadTemplate()));
    expect(schedules).toMatchObject([
      [{ start: { kind: 'at', timeMs: 3000 }, action: { kind: 'pod-kill' } }],
      null,
    ]);
  });

  test('with nothing in it holds nothing', () => {
    expect(parseRegressions('r.yaml', '')).toEqual({ regressions: [], diagnostics: [] });
  });
});

test.each([
  ['schedules: [', 'E101'],
  ['schedules: 3', 'E203'],
  ['faults: []', 'E201'],
  ['schedules: [{ faults: [] }]', 'E205'],
  ['schedules: [{ faults: [{ at: 1s }], when: now }]', 'E201'],
])('%j is refused with its place', (text, code) => {
  const { regressions, diagnostics } = parseRegressions('r.yaml', text);
  expect(regressions).toBeNull();
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
});
