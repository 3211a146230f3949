import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { FILES, codesOf, codesWith, withManifest } from './good-scenario.ts';

/** A ReplicaSet as a cluster gives it. */
function replicaSet(annotations: string): string {
  return `apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: shop-5d4f8, namespace: production, annotations: ${annotations} }
spec:
  replicas: 0
  template:
    metadata: { labels: { app: shop, version: v0, pod-template-hash: 5d4f8 } }
    spec:
      containers: [{ name: web, image: 'registry.example.com:5000/team/shop:v0' }]
`;
}

describe('settings that mean nothing are warnings', () => {
  test.each([
    ['a delay of a change that waits for none', ['changes[0].delay=5s']],
    ['toRevision beside another action', ['changes[1].toRevision=1']],
    ['users without closed arrivals', ['traffic.closed={users: 5, thinkTime: 1s}']],
    ['a connect timeout above the attempt’s', ['traffic.clients.connectTimeout=5s']],
  ])('%s', (_what, set) => {
    const { diagnostics, scenario } = loadScenario(FILES, { set });
    expect(diagnostics).toMatchObject([{ code: 'W206', location: { file: '--set', line: 1 } }]);
    expect(scenario).not.toBeNull();
  });

  test('an autoscaler or a budget of nothing', () => {
    const set = ['poddisruptionbudget/shop.spec.selector={matchLabels: {app: other}}'];
    expect(loadScenario(FILES, { set }).diagnostics.map(({ code }) => code)).toEqual(['W302']);
  });
});

test('a change that the run does not live to see is a warning at its time', () => {
  const { diagnostics, scenario } = loadScenario(FILES, {
    set: ['limits.duration=10m', 'changes[1]={at: 40m, restart: shop}'],
  });
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: 'W209', path: 'spec.changes[1].at', value: '40m' }),
  );
  expect(scenario).not.toBeNull();
});

describe('closed traffic', () => {
  test('has users instead of a rate', () => {
    const set = [
      'traffic.arrivals=closed',
      'traffic.rate=null',
      'traffic.closed={users: 5, thinkTime: {exponential: {mean: 1s}}}',
    ];
    expect(loadScenario(FILES, { set }).scenario?.traffic).toMatchObject({
      arrivals: 'closed',
      rate: [],
      closed: { users: 5, thinkTime: { kind: 'exponential', mean: 1000 } },
    });
  });

  test('without users, or with a rate, is an error', () => {
    expect(
      loadScenario(FILES, { set: ['traffic.arrivals=closed'] })
        .diagnostics.map(({ code }) => code)
        .toSorted(),
    ).toEqual(['E202', 'E213']);
  });
});

describe('changes follow what was there before them', () => {
  test('a paused Deployment is neither undone nor restarted (R-DEP-19)', () => {
    expect(
      codesWith('changes[2]={after: previous, pause: shop}', 'changes[3]={after: previous, undo: shop}'),
    ).toEqual(['E408']);
    expect(
      codesWith('changes[2]={pause: shop}', 'changes[3]={resume: shop}', 'changes[4]={undo: shop}'),
    ).toEqual([]);
  });

  test('an undo needs another revision, from a change or from the history', () => {
    expect(codesWith('changes[1]={restart: shop}', 'changes[2]={after: previous, undo: shop}')).not.toContain(
      'E407',
    );
    expect(
      codesWith('changes[1]={undo: shop}', 'changes[2]={scale: {deployment: shop, replicas: 3}}'),
    ).toContain('E407');
  });

  test('neither at nor after: the first at time 0, others after the one before', () => {
    const set = ['changes[0].at=null', 'changes[1].after=null'];
    expect(loadScenario(FILES, { set }).scenario?.changes.map(({ start }) => start)).toEqual([
      { kind: 'at', timeMs: 0 },
      { kind: 'after', delayMs: 2000 },
      { kind: 'after', delayMs: 0 },
    ]);
  });
});

describe('the history of a Deployment', () => {
  test('is read from ReplicaSets, with the owner’s name and without the controller’s label', () => {
    const { scenario, diagnostics } = loadScenario(
      withManifest(replicaSet('{ deployment.kubernetes.io/revision: "3" }')),
    );
    expect(diagnostics).toEqual([]);
    expect(scenario?.before.find((object) => object.kind === 'ReplicaSet')).toMatchObject({
      deployment: 'shop',
      revision: 3,
      replicas: 0,
      template: { labels: { app: 'shop', version: 'v0' } },
    });
  });

  test('needs its revision', () => {
    expect(codesOf(withManifest(replicaSet('{}')))).toContain('E202');
  });
});
