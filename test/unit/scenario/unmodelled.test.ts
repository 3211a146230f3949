import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { codesOf, edited, withManifest } from './good-scenario.ts';

describe('what the model leaves out', () => {
  const AUTOSCALER =
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: shop, namespace: production }\nspec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }\n  minReplicas: 2\n  maxReplicas: 9\n';

  test.each([
    ['an autoscaler', AUTOSCALER, 'W203'],
    ['a StatefulSet', 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\n', 'W202'],
    ['a custom resource', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: w }\n', 'W202'],
    [
      'a Service that selects nothing',
      'apiVersion: v1\nkind: Service\nmetadata: { name: other }\nspec: { selector: { app: other }, ports: [{ port: 80 }] }\n',
      'W303',
    ],
  ])('%s is a warning', (_what, manifest, code) => {
    const { scenario, diagnostics } = loadScenario(withManifest(manifest));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(scenario).not.toBeNull();
  });

  test.each([
    ['affinity', 'affinity: { podAntiAffinity: { x: 1 } }'],
    ['topologySpreadConstraints', 'topologySpreadConstraints: [{ maxSkew: 1 }]'],
    ['tolerations', 'tolerations: [{ operator: Exists }]'],
    ['hostNetwork', 'hostNetwork: true'],
    ['readinessGates', 'readinessGates: [{ conditionType: example.com/ready }]'],
    ['priorityClassName', 'priorityClassName: high'],
  ])('%s in a pod is a warning at its line', (field, text) => {
    const files = edited('manifests/app.yaml', (old) =>
      old.replace('      containers:', `      ${text}\n      containers:`),
    );
    const { diagnostics } = loadScenario(files);
    expect(diagnostics).toMatchObject([
      { code: 'W201', path: `spec.template.spec.${field}`, location: { line: 24, column: 7 } },
    ]);
  });

  test('a field at its default is none', () => {
    const files = edited('manifests/app.yaml', (old) =>
      old.replace('      containers:', '      hostNetwork: false\n      affinity: {}\n      containers:'),
    );
    expect(codesOf(files)).toEqual([]);
  });

  test('a Secret that is not given is a warning, and taken to exist', () => {
    expect(
      codesOf(edited('manifests/others.yml', (text) => text.replace('name: db,', 'name: dbx,'))),
    ).toEqual(['W301', 'W301']);
  });

  test('a command of a hook that is not understood is a warning', () => {
    const files = edited('manifests/app.yaml', (text) =>
      text.replace('sleep: { seconds: 10 }', 'exec: { command: [/drain.sh] }'),
    );
    expect(codesOf(files)).toEqual(['W204']);
  });
});
