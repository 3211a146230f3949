import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { chaosDefinitions } from '../../../scripts/chaos-types.ts';
import type { NetworkChaos, PodChaos } from '../../../src/scenario/chaos/chaos-mesh.generated.ts';

const SCENARIOS = new URL('../../../scenarios/', import.meta.url);

/** The API server's own check of an object, without the rules that only it can carry out. */
const schemas = new Map(
  chaosDefinitions().map(({ kind, schema }) => [
    kind,
    z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema),
  ]),
);

const bundled = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\/chaos\/[^/]+\.yaml$/u.test(path),
);

describe('Chaos Mesh objects', () => {
  test('seven kinds of faults on pods are known', () => {
    expect([...schemas.keys()]).toEqual([
      'DNSChaos',
      'HTTPChaos',
      'IOChaos',
      'NetworkChaos',
      'PodChaos',
      'StressChaos',
      'TimeChaos',
    ]);
  });

  test.each(bundled)('scenarios/%s is one that Chaos Mesh accepts', (path) => {
    const object = parse(readFileSync(new URL(path, SCENARIOS), 'utf8')) as { readonly kind: string };
    expect(schemas.get(object.kind)?.safeParse(object).error).toBeUndefined();
  });

  test('what the types allow, the schemas accept', () => {
    const kill: PodChaos = {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'PodChaos',
      metadata: { name: 'kill-one' },
      spec: {
        action: 'pod-kill',
        mode: 'one',
        selector: { labelSelectors: { app: 'checkout' } },
        gracePeriod: 5,
      },
    };
    const delay: NetworkChaos = {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'NetworkChaos',
      metadata: { name: 'slow' },
      spec: {
        action: 'delay',
        mode: 'fixed-percent',
        value: '50',
        selector: { namespaces: ['default'] },
        delay: { latency: '100ms' },
      },
    };
    for (const object of [kill, delay])
      expect(schemas.get(object.kind)?.safeParse(object).success).toBe(true);
  });

  test('what the types refuse, the schemas refuse', () => {
    const kill = {
      kind: 'PodChaos',
      metadata: {},
      spec: {
        // @ts-expect-error: no such action
        action: 'pod-kil' satisfies PodChaos['spec']['action'],
        mode: 'one',
        selector: {},
      },
    };
    expect(schemas.get('PodChaos')?.safeParse(kill).success).toBe(false);
  });
});
