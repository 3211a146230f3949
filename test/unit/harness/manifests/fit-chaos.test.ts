/** Chaos Mesh's objects keep every field that means the same on the harness's cluster. */
import { describe, expect, test } from 'vitest';
import { fitChaos, type FittedChaos } from '../../../../src/harness/manifests/fit-chaos.ts';
import { smallScenario, type Fields } from '../../model/small-scenario.ts';

function podChaos(spec: Fields, metadata: Fields = {}): Fields {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'PodChaos',
    metadata: { name: 'kill', ...metadata },
    spec: { action: 'pod-kill', mode: 'one', selector: { labelSelectors: { app: 'web' } }, ...spec },
  };
}

function liveNode(name: string): string {
  return `own-${name}`;
}

function fitted(object: Fields, more: readonly Fields[] = []): FittedChaos {
  const { faults } = smallScenario({
    nodes: 2,
    faults: [{ at: '5s', chaos: 'chaos/kill.yaml' }, ...more],
    files: { 'chaos/kill.yaml': object },
  });
  return fitChaos(faults, { namespace: 'rollout-sim', liveNode });
}

describe('a Chaos Mesh object', () => {
  test('stays as it is written, but for its namespace', () => {
    const object = podChaos(
      { gracePeriod: 7, mode: 'fixed', value: '2', duration: '30s' },
      { labels: { team: 'shop' }, annotations: { why: 'drill' } },
    );
    const { objects, differences } = fitted(object);
    expect(objects).toEqual([
      { ...object, metadata: { ...(object['metadata'] as Fields), namespace: 'rollout-sim' } },
    ]);
    expect(differences.map(({ object: name, path }) => `${name} ${path}`)).toEqual([
      'podchaos/kill metadata.namespace',
    ]);
  });

  test('is not changed in the scenario itself', () => {
    const object = podChaos({ selector: { namespaces: ['default'], labelSelectors: { app: 'web' } } });
    const before = structuredClone(object);
    const { objects } = fitted(object);
    expect(objects[0]?.spec.selector).toEqual({
      namespaces: ['rollout-sim'],
      labelSelectors: { app: 'web' },
    });
    expect(object).toEqual(before);
  });

  test('selects on the nodes that play those of the scenario, named or described', () => {
    const labelSelectors = { app: 'web' };
    const named = fitted(podChaos({ selector: { labelSelectors, nodes: ['worker-2'] } }));
    expect(named.objects[0]?.spec.selector).toEqual({ labelSelectors, nodes: ['own-worker-2'] });
    const described = fitted(
      podChaos({
        selector: { labelSelectors, nodeSelectors: { 'kubernetes.io/hostname': 'worker-1' } },
      }),
    );
    expect(described.objects[0]?.spec.selector).toEqual({ labelSelectors, nodes: ['own-worker-1'] });
    const field = fitted(
      podChaos({ selector: { labelSelectors, fieldSelectors: { 'spec.nodeName': 'worker-1' } } }),
    );
    expect(field.objects[0]?.spec.selector).toEqual({
      labelSelectors,
      fieldSelectors: { 'spec.nodeName': 'own-worker-1' },
    });
  });

  test('reaches no other cluster, and the record says so', () => {
    const { objects, differences } = fitted(podChaos({ remoteCluster: 'production' }));
    expect(objects[0]?.spec).not.toHaveProperty('remoteCluster');
    expect(differences).toContainEqual(
      expect.objectContaining({ path: 'spec.remoteCluster', from: 'production', to: null }),
    );
  });

  test('that two faults name is made twice, under two names', () => {
    const { objects } = fitted(podChaos({}), [{ at: '9s', chaos: 'chaos/kill.yaml' }]);
    expect(objects.map((object) => object?.metadata.name)).toEqual(['kill', 'kill-2']);
  });
});

test("a fault in the scenario's own notation has no object", () => {
  const { objects } = fitted(podChaos({}), [{ at: '9s', podKill: { mode: 'one' } }]);
  expect(objects.map((object) => object === null)).toEqual([false, true]);
});
