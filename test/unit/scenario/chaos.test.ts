/** Chaos Mesh's PodChaos as it is; what is wrong with one is in the corpus of broken scenarios. */
import { describe, expect, test } from 'vitest';
import { loadScenario, type LoadResult } from '../../../src/scenario/load.ts';
import type { FaultAction } from '../../../src/scenario/fault.ts';
import { smallScenarioFiles, type Fields } from '../model/small-scenario.ts';

function load(spec: Fields, metadata: Fields = {}): LoadResult {
  return loadScenario(
    smallScenarioFiles({
      nodes: 3,
      faults: [{ at: '5s', chaos: 'chaos/chaos.yaml' }],
      files: {
        'chaos/chaos.yaml': {
          apiVersion: 'chaos-mesh.org/v1alpha1',
          kind: 'PodChaos',
          metadata: { name: 'chaos', namespace: 'default', ...metadata },
          spec: { mode: 'one', selector: { labelSelectors: { app: 'web' } }, ...spec },
        },
      },
    }),
  );
}

function actionOf(spec: Fields): FaultAction | undefined {
  const { scenario, diagnostics } = load(spec);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return scenario?.faults[0]?.action;
}

const TARGET = { labels: { app: 'web' }, nodes: [], pods: [], mode: 'one', value: 0 };

describe('PodChaos', () => {
  test('pod-kill is forced unless a grace is given (R-CHX-5)', () => {
    expect(actionOf({ action: 'pod-kill' })).toEqual({
      kind: 'pod-kill',
      target: TARGET,
      gracePeriodSeconds: 0,
    });
    expect(actionOf({ action: 'pod-kill', gracePeriod: 30 })).toMatchObject({ gracePeriodSeconds: 30 });
  });

  test('mode and value (R-CHX-2)', () => {
    expect(actionOf({ action: 'pod-kill', mode: 'fixed-percent', value: '40' })).toMatchObject({
      target: { mode: 'fixed-percent', value: 40 },
    });
    expect(actionOf({ action: 'pod-kill', mode: 'fixed', value: '2' })).toMatchObject({
      target: { mode: 'fixed', value: 2 },
    });
  });

  test('pod-failure and container-kill (R-CHX-6, R-CHX-7)', () => {
    expect(actionOf({ action: 'pod-failure', duration: '30s' })).toEqual({
      kind: 'pod-failure',
      target: TARGET,
      durationMs: 30_000,
    });
    expect(actionOf({ action: 'container-kill', containerNames: ['web'] })).toEqual({
      kind: 'container-kill',
      target: TARGET,
      containers: ['web'],
    });
  });

  test('every part of the selector that the model can look at (R-CHX-1)', () => {
    const selector = {
      namespaces: ['default'],
      expressionSelectors: [{ key: 'app', operator: 'In', values: ['web'] }],
      fieldSelectors: { 'status.phase': 'Running' },
      nodeSelectors: { 'kubernetes.io/hostname': 'worker-2' },
      podPhaseSelectors: ['Running'],
    };
    expect(actionOf({ action: 'pod-kill', selector })).toMatchObject({
      target: { labels: { app: 'web' }, nodes: ['worker-2'] },
    });
    const pods = { default: ['web-6f5d-1'] };
    expect(actionOf({ action: 'pod-kill', selector: { pods } })).toMatchObject({
      target: { pods: ['web-6f5d-1'] },
    });
  });

  test('warns of what means nothing (R-CHX-4)', () => {
    const { diagnostics } = load({ action: 'pod-kill', duration: '30s' });
    expect(diagnostics).toMatchObject([{ code: 'W206', path: 'spec.duration' }]);
  });

  test('takes settings', () => {
    const files = smallScenarioFiles({
      faults: [{ at: '5s', chaos: 'chaos/chaos.yaml' }],
      files: {
        'chaos/chaos.yaml': {
          apiVersion: 'chaos-mesh.org/v1alpha1',
          kind: 'PodChaos',
          metadata: { name: 'kill' },
          spec: { action: 'pod-kill', mode: 'one', selector: { labelSelectors: { app: 'web' } } },
        },
      },
    });
    const { scenario } = loadScenario(files, { set: ['podchaos/kill.spec.mode=all'] });
    expect(scenario?.faults[0]?.action).toMatchObject({ target: { mode: 'all' } });
  });
});

describe('faults given on the command line', () => {
  test('stand at --set', () => {
    const files = smallScenarioFiles({});
    const set = ['spec.faults=[{at: 60s, drain: {node: worker-2, uncordonAfter: 2m}}]'];
    expect(loadScenario(files, { set }).scenario?.faults).toEqual([
      {
        start: { kind: 'at', timeMs: 60_000 },
        action: {
          kind: 'drain',
          node: 'worker-2',
          gracePeriodSeconds: null,
          timeoutMs: null,
          uncordonAfterMs: 120_000,
        },
        location: { file: '--set', line: 1, column: 1 },
      },
    ]);
    const { diagnostics } = loadScenario(files, {
      set: ['spec.faults=[{at: 60s, drain: {node: worker-9}}]'],
    });
    expect(diagnostics[0]).toMatchObject({ code: 'E409', location: { file: '--set' } });
    expect(diagnostics[0]?.hint).toMatch(/^Did you mean worker-/u);
  });

  test('after the end of the run they never happen, which is warned about', () => {
    const { diagnostics } = loadScenario(smallScenarioFiles({ durationSeconds: 60 }), {
      set: ['spec.faults=[{at: 60s, podKill: {}}]'],
    });
    expect(diagnostics).toMatchObject([{ code: 'W207' }]);
  });
});
