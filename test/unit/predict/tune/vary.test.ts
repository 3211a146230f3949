import { describe, expect, it } from 'vitest';
import type { Field } from '../../../../src/predict/tune/field.ts';
import { readVary } from '../../../../src/predict/tune/vary.ts';
import type { VaryProblem } from '../../../../src/predict/tune/vary-problem.ts';
import { varyProblemsText } from '../../../../src/report/text-vary.ts';
import { templateScenario } from '../template-scenario.ts';

const scenario = templateScenario('deployment/web.spec.replicas=4');

function fieldOf(text: string): Field {
  const read = readVary([text], scenario);
  const field = read.ok ? read.fields[0] : undefined;
  if (field === undefined) throw new Error(`${text} is refused`);
  return field;
}

function problemOf(...texts: readonly string[]): VaryProblem {
  const read = readVary(texts, scenario);
  const problem = read.ok ? undefined : read.problems[0];
  if (problem === undefined) throw new Error(`${texts.join(' ')} is taken`);
  return problem;
}

const levelsOf = (text: string): readonly string[] => fieldOf(text).levels.map((level) => level.text);

describe('values', () => {
  it.each([
    ['maxSurge=1..4', ['1', '2', '3', '4']],
    ['maxSurge=25%..100%/25%', ['25%', '50%', '75%', '100%']],
    ['maxSurge=5,1,5,2', ['1', '2', '5']],
    // One pod, two, three of four: in the order of what they come to.
    ['maxSurge=3,50%,1', ['1', '50%', '3']],
    ['preStop.sleep=0s..30s/10s', ['0s', '10s', '20s', '30s']],
    ['preStop.sleep=0..2', ['0s', '1s', '2s']],
    ['preStop=1m', ['60s']],
    ['readiness.periodSeconds=1..3', ['1s', '2s', '3s']],
    ['readinessProbe.failureThreshold=1,3', ['1', '3']],
    ['sessionAffinity=None,ClientIP', ['None', 'ClientIP']],
    ['idleTimeout=100ms..300ms/100ms', ['100ms', '200ms', '300ms']],
    ['spec.traffic.rate=100,50', ['50', '100']],
    [
      'spec.workload.web.onSigterm={style: stop-accept, drainMax: 10s},exit',
      ['{style: stop-accept, drainMax: 10s}', 'exit'],
    ],
    ['deployment/web.spec.minReadySeconds=0..4/2', ['0', '2', '4']],
  ])('%s', (text, levels) => {
    expect(levelsOf(text)).toEqual(levels);
  });

  it('knows which values are in an order, and the present one', () => {
    expect(fieldOf('maxSurge=1..3')).toMatchObject({ ordered: true });
    expect(fieldOf('sessionAffinity=None,ClientIP')).toMatchObject({ ordered: false, current: 'None' });
    expect(fieldOf('replicas=2..6').current).toBe('4');
  });
});

describe('mistakes', () => {
  it.each([
    ['maxSruge=1..3', 'maxSruge', 'Did you mean maxSurge?'],
    ['replicas=9..1', '9..1', 'Write 1..9.'],
    ['replicas=1..x', 'x', 'Expected: a whole number'],
    ['replicas=1..9/0', '0', null],
    ['replicas=', '', 'Give a list or a range'],
    ['sessionAffinity=none', 'none', 'Did you mean None?'],
    ['preStop.sleep=500ms', '500ms', 'Expected: whole seconds'],
    ['preStop.sleep=0s..30s/1ms..', '1ms..', null],
    ['idleTimeout=0s..1s/1ms', '0s..1s', 'Say a larger step'],
    ['=3', '=', 'Such as'],
    ['readiness.periodSeconds=0', '0', 'Expected: whole seconds'],
    ['liveness.periodSeconds=1', 'liveness.periodSeconds', null],
    ['deployment/web.=3', 'deployment/web.', 'Such as'],
  ])('%s', (text, blamed, hint) => {
    const { at, length, hint: told } = problemOf(text);
    expect(text.slice(at, at + length)).toBe(blamed);
    if (hint !== null) expect(told).toContain(hint);
  });

  it('names a field that is varied twice', () => {
    expect(problemOf('maxSurge=1', 'rollingUpdate.maxSurge=2').message).toContain('varied twice');
  });

  it('are told all at once, each with a mark under its part', () => {
    const read = readVary(['maxSruge=1..3', 'replicas=9..1'], scenario);
    expect(read.ok ? '' : varyProblemsText(read.problems)).toMatchInlineSnapshot(`
      "error  There is no field maxSruge.
          --vary maxSruge=1..3
                 ^^^^^^^^
          Did you mean maxSurge?

      error  The range goes down.
          --vary replicas=9..1
                          ^^^^
          Write 1..9.
      "
    `);
  });
});
