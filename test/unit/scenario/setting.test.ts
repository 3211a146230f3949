import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { readScenarioFiles } from '../../../src/scenario-files.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Deployment, Scenario } from '../../../src/scenario/scenario.ts';
import { parsePath } from '../../../src/scenario/setting.ts';
import { locateField } from '../../../src/scenario/source-map.ts';

const FILES = readScenarioFiles(fileURLToPath(new URL('../../fixtures/good', import.meta.url)));

function load(...set: string[]): Scenario {
  const { scenario, diagnostics } = loadScenario(FILES, { set });
  expect(diagnostics).toEqual([]);
  if (scenario === null) throw new Error('the scenario does not load');
  return scenario;
}

function deployments({ before, changes }: Scenario): { before: Deployment; change: Deployment } {
  const applied = changes.flatMap(({ action }) => (action.kind === 'apply' ? action.objects : []));
  const old = before.find((object) => object.kind === 'Deployment');
  const change = applied.find((object) => object.kind === 'Deployment');
  if (old === undefined || change === undefined) throw new Error('two Deployments are needed');
  return { before: old, change };
}

test.each(['spec.traffic.rate=5000', 'traffic.rate=5000'])('%s sets a field of the scenario', (set) => {
  expect(load(set).traffic.rate).toEqual([{ atMs: 0, rateRps: 5000 }]);
});

test('a manifest’s field is set before and in changes', () => {
  const { before, change } = deployments(load('deployment/shop.spec.strategy.rollingUpdate.maxSurge=50%'));
  expect(before.strategy).toEqual({ type: 'RollingUpdate', maxSurge: '50%', maxUnavailable: 0 });
  expect(change.strategy).toEqual(before.strategy);
});

test.each([
  ['before/deployment/shop.spec.replicas=9', [9, 5]],
  ['changes/Deployment/shop.spec.replicas=9', [5, 9]],
])('%s narrows the scope', (set, replicas) => {
  const { before, change } = deployments(load(set));
  expect([before.replicas, change.replicas]).toEqual(replicas);
});

test.each(['containers[0]', 'containers[web]'])(
  '%s finds the container; objects and missing maps are made',
  (container) => {
    const set = `deployment/shop.spec.template.spec.${container}.lifecycle.postStart={exec: {command: [sleep, "3"]}}`;
    const { change } = deployments(load(set));
    expect(change.template.containers[0]?.postStart?.steps).toEqual([{ do: 'sleep', durationMs: 3000 }]);
  },
);

test('null deletes a field, so that its default returns', () => {
  const { change } = deployments(load('deployment/shop.spec.strategy=null'));
  expect(change.strategy).toEqual({ type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' });
});

test('what is set stands in --set, and what is below it too', () => {
  const { change } = deployments(load('traffic.rate=1', 'deployment/shop.spec.strategy={type: Recreate}'));
  expect(locateField(change, 'spec.strategy.type')).toEqual({ file: '--set', line: 2, column: 1 });
  expect(locateField(change, 'spec.replicas').file).toBe('changes/deployment.yaml');
});

test('a key with dots stands in brackets', () => {
  const { change } = deployments(
    load('deployment/shop.spec.template.metadata.annotations["example.com/x"]=on'),
  );
  expect(change.template.annotations).toEqual({ 'example.com/x': 'on' });
});

test('a later setting wins over an earlier one', () => {
  expect(load('traffic.rate=1', 'traffic.rate=2').traffic.rate).toEqual([{ atMs: 0, rateRps: 2 }]);
});

test('a list grows by one entry at its end', () => {
  expect(
    load('spec.changes[3]={after: previous, scale: {deployment: shop, replicas: 7}}').changes[3]?.action,
  ).toEqual({
    kind: 'scale',
    deployment: 'shop',
    replicas: 7,
  });
});

test('the same settings give the same digest, others another', () => {
  expect(load('traffic.rate=7').digest).toBe(load('traffic.rate=7').digest);
  expect(load('traffic.rate=7').digest).not.toBe(load('traffic.rate=8').digest);
});

test.each([
  ['rate', 'E801'],
  ['=5', 'E801'],
  ['traffic.rate=[', 'E801'],
  ['a..b=1', 'E801'],
  ['__proto__.polluted=1', 'E801'],
  ['traffic.rtae=5', 'E201'],
  ['traffic.rate=fast', 'E205'],
  ['traffic.service.name=x', 'E802'],
  ['deployment/shopp.spec.replicas=5', 'E802'],
  ['deployment/shop.spec.replicsa=5', 'E201'],
  ['deployment/shop.spec.replicas=many', 'E203'],
  ['deployment/shop.spec.template.spec.containers[wbe].image=x', 'E802'],
  ['deployment/shop.spec.template.spec.containers[7].image=x', 'E802'],
  ['deployment/shop.metadata.name=null', 'E202'],
  ['spec.before[0]=elsewhere/', 'E110'],
])('%s is refused with %s at its place', (set, code) => {
  const { scenario, diagnostics } = loadScenario(FILES, { set: ['metadata.teaches=x', set] });
  expect(scenario).toBeNull();
  const found = diagnostics.map(
    (diagnostic) => `${diagnostic.code} ${diagnostic.location.file}:${diagnostic.location.line}`,
  );
  expect(found).toContain(code === 'E202' ? 'E202 manifests/app.yaml:8' : `${code} --set:2`);
});

test.each([
  ['a.b[0].c', ['a', 'b', 0, 'c']],
  ['a["x.y/z"].b', ['a', 'x.y/z', 'b']],
  ['containers[web].image', ['containers', '[web]', 'image']],
])('%s is a path', (text, segments) => {
  expect(parsePath(text)).toEqual(segments);
});
