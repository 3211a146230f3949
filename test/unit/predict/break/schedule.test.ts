import { describe, expect, test } from 'vitest';
import {
  inOrder,
  ownFaultEntries,
  scheduleSettings,
  withFaults,
  type Schedule,
} from '../../../../src/predict/break/schedule.ts';
import { reloadTemplate, templateScenario } from '../template-scenario.ts';

const DRAIN: Schedule[number] = {
  start: { kind: 'at', timeMs: 90_000 },
  action: {
    kind: 'drain',
    node: 'worker-2',
    gracePeriodSeconds: null,
    timeoutMs: null,
    uncordonAfterMs: 60_000,
  },
};
const KILL: Schedule[number] = {
  start: { kind: 'when', deployment: null, rollout: 0.5, delayMs: 3000 },
  action: {
    kind: 'pod-kill',
    target: { labels: {}, nodes: [], pods: [], mode: 'fixed', value: 2 },
    gracePeriodSeconds: 0,
  },
};

test('faults stand by time, those that wait for the rollout last', () => {
  const early = { ...DRAIN, start: { kind: 'at', timeMs: 5 } } as const;
  expect(inOrder([KILL, DRAIN, early])).toEqual([early, DRAIN, KILL]);
});

describe('settings', () => {
  test('one setting for a scenario without faults, and loading it gives the schedule again', () => {
    const scenario = templateScenario();
    const settings = scheduleSettings([DRAIN, KILL], ownFaultEntries(scenario));
    expect(settings).toEqual([
      'spec.faults=[{ at: 1m30s, drain: { node: worker-2, uncordonAfter: 1m } }, { when: { rollout: 50%, delay: 3s }, podKill: { mode: fixed, value: 2 } }]',
    ]);
    const loaded = reloadTemplate()(settings);
    expect(loaded?.faults.map(({ start, action }) => ({ start, action }))).toEqual([DRAIN, KILL]);
  });

  test('one for each fault where the scenario has its own, which stay', () => {
    const own = 'spec.faults=[{ at: 1s, podKill: {} }, { at: 2s, podKill: {} }]';
    const scenario = templateScenario(own);
    expect(ownFaultEntries(scenario)).toBe(2);
    const settings = scheduleSettings([DRAIN, KILL], 2);
    const loaded = reloadTemplate(own)(settings);
    expect(loaded?.faults).toHaveLength(4);
    const expected = withFaults(scenario, [DRAIN, KILL], 2);
    expect(loaded?.faults.map(({ start, action }) => ({ start, action }))).toEqual(
      expected.faults.map(({ start, action }) => ({ start, action })),
    );
    expect(expected.faults.map(({ location: { file, line } }) => `${file} ${line}`).slice(2)).toEqual([
      '--set 2',
      '--set 3',
    ]);
  });
});
