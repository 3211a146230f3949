import { describe, expect, it } from 'vitest';
import { configureScenario } from '../../../src/tui/configure-scenario.ts';
import { knobsOf, readTyped, turn, type Knob } from '../../../src/tui/knobs.ts';
import { subjectOf } from '../../../src/predict/subject.ts';
import { load, SCENARIO } from './fixture.ts';

const KNOBS = knobsOf(SCENARIO);
const READ = { scenario: SCENARIO, load };

function knob(name: string): Knob {
  const found = KNOBS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no knob ${name}`);
  return found;
}

describe('knobs', () => {
  it('stand at what the scenario says', () => {
    expect(Object.fromEntries(KNOBS.map(({ name, current }) => [name, current]))).toMatchObject({
      replicas: '10',
      maxUnavailable: '0',
      'preStop.sleep': '0s',
      rate: '2000',
      sessionAffinity: 'None',
      keepAlive: 'false',
    });
  });

  it('turn up and down through sensible values, and stop at the ends', () => {
    expect(turn(knob('replicas'), {}, 1)).toBe('11');
    expect(turn(knob('rate'), {}, 1)).toBe('2200');
    expect(turn(knob('keepAlive'), {}, -1)).toBe('true');
    expect(turn(knob('keepAlive'), { keepAlive: 'true' }, -1)).toBe('true');
    expect(turn(knob('maxUnavailable'), {}, -1)).toBe('0');
  });

  it('take a typed value into their row', () => {
    expect(turn(knob('rate'), { rate: '2050' }, 1)).toBe('2200');
    expect(turn(knob('rate'), { rate: '2050' }, -1)).toBe('2000');
    expect(readTyped(knob('preStop.sleep'), '12')).toEqual({ text: '12s' });
    expect(readTyped(knob('maxSurge'), '50%')).toEqual({ text: '50%' });
    expect(readTyped(knob('maxSurge'), 'half')).toHaveProperty('problem');
    expect(readTyped(knob('replicas'), '1..3')).toEqual({ problem: 'replicas takes one value.' });
  });

  it('every value of every knob makes a scenario that loads, but for a rollout that could not move', () => {
    for (const { name, levels } of KNOBS) {
      for (const at of [0, levels.length - 1]) {
        const text = levels[at]?.text ?? '';
        const configured = { name, text, ...configureScenario(READ, [], { [name]: text }) };
        // The scenario has no unavailable pods to spare (R-DEP-2).
        if (name === 'maxSurge' && text === '0') expect(configured).toHaveProperty('problem');
        else expect(configured).not.toHaveProperty('problem');
      }
    }
  });
});

describe('configureScenario', () => {
  it('puts fixes first and knobs on top, and says how to set the same', () => {
    const fix = { title: 'less load', set: ['spec.traffic.rate=1000'] };
    const result = configureScenario(READ, [fix], { 'preStop.sleep': '40s' });
    if ('problem' in result) throw new Error(result.problem);
    expect(result.fixed.traffic.rate[0]?.rateRps).toBe(1000);
    expect(result.set[0]).toBe('spec.traffic.rate=1000');
    const changed = subjectOf(result.current);
    expect(changed?.container.preStop?.steps).toEqual([{ do: 'sleep', durationMs: 40_000 }]);
    // R-SRV-6: the grace period holds the sleep and what comes after it.
    expect(changed?.deployment.template.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(40);
  });

  it('says what is wrong when settings do not fit', () => {
    const broken = { title: 'no such field', set: ['spec.nonsense=1'] };
    expect(configureScenario(READ, [broken], {})).toHaveProperty('problem', expect.stringMatching(/^E\d+ /u));
  });
});
