/**
 * Chaos Mesh's own schemas on a real API server: it takes what the generated types let through and what the scenarios
 * hold, and refuses what is wrong. Its controller is played here, as far as the harness looks at it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { byChaosMesh } from '../../src/harness/chaos/chaos-mesh.ts';
import { findCluster } from '../../src/harness/cluster/find-cluster.ts';
import { isStatus } from '../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../src/harness/kubernetes/client.ts';
import { hasCondition, type Condition, type LiveNode } from '../../src/harness/kubernetes/live-objects.ts';
import { lockedConnection } from '../../src/harness/kubernetes/locked-connection.ts';
import { openTransport, type Transport } from '../../src/harness/kubernetes/transport.ts';
import { fitChaos } from '../../src/harness/manifests/fit-chaos.ts';
import { readScenarioFiles } from '../../src/scenario-files.ts';
import type { PodChaos } from '../../src/scenario/chaos/chaos-mesh.generated.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { CHAOS_OBJECTS } from './chaos-objects.ts';

const CRDS = new URL('../../third-party/chaos-mesh/crds/', import.meta.url);
const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Apart from the namespace of replays. */
const NAMESPACE = 'rollout-sim-chaos';
const WITHIN_MS = 60_000;

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly names: { readonly kind: string; readonly plural: string } };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const definitions = readdirSync(CRDS).map(
  (file) => parse(readFileSync(new URL(file, CRDS), 'utf8')) as Definition,
);

let transport: Transport;
let client: KubernetesClient;

async function call(
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return transport.call({ method, path, body, contentType });
}

async function gone(path: string): Promise<boolean> {
  try {
    await call('GET', path);
    return false;
  } catch (error) {
    if (isStatus(error, 404)) return true;
    throw error;
  }
}

async function until(met: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`not met within ${WITHIN_MS / 1000} s`);
    await sleep(200);
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) if (!(await gone(path))) await call('DELETE', path);
  await until(async () => (await Promise.all(paths.map(gone))).every(Boolean));
}

const made = [
  `/api/v1/namespaces/${NAMESPACE}`,
  ...definitions.map(({ metadata }) => `${DEFINITIONS}/${metadata.name}`),
];

beforeAll(async () => {
  const cluster = await findCluster();
  transport = openTransport(await lockedConnection(cluster));
  client = await KubernetesClient.connect(cluster, NAMESPACE);
  // What a run that was killed has left.
  await removeAll(made);
  await call('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  for (const definition of definitions) await call('POST', DEFINITIONS, definition);
  await until(async () => {
    const live = (await call('GET', DEFINITIONS)) as { readonly items: readonly Definition[] };
    const established = live.items.filter(({ status }) => hasCondition(status?.conditions, 'Established'));
    return definitions.every(({ metadata }) =>
      established.some((each) => each.metadata.name === metadata.name),
    );
  });
});

afterAll(async () => {
  await removeAll(made);
  await client.close();
  await transport.close();
});

function pathOf({ kind }: { readonly kind: string }): string {
  const plural = definitions.find(({ spec }) => spec.names.kind === kind)?.spec.names.plural ?? '';
  return `/apis/chaos-mesh.org/v1alpha1/namespaces/${NAMESPACE}/${plural}`;
}

/** Unknown fields are refused too, which by default the server only leaves out. */
async function create(object: { readonly kind: string }, dryRun = false): Promise<unknown> {
  const query = { fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) };
  return transport.call({ method: 'POST', path: pathOf(object), query, body: object });
}

interface Stored {
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

async function stored(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): Promise<Stored> {
  return (await call('GET', `${pathOf(object)}/${object.metadata.name}`)) as Stored;
}

describe('what the generated types let through', () => {
  test('is of every kind whose schema is here', () => {
    const kinds = new Set(CHAOS_OBJECTS.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(definitions.map(({ spec }) => spec.names.kind).sort());
  });

  test.each(CHAOS_OBJECTS.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    '%s is accepted, in a dry run and really, field by field',
    async (_, object) => {
      await create(object, true);
      expect(await gone(`${pathOf(object)}/${object.metadata.name}`)).toBe(true);
      await create(object);
      // Defaults may be added; nothing may be missing.
      expect((await stored(object)).spec).toMatchObject(object.spec);
    },
  );
});

describe('what the scenarios hold', () => {
  const paths = readdirSync(SCENARIOS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const fitted = paths.flatMap((name) => {
    const { scenario } = loadScenario(readScenarioFiles(`${SCENARIOS}/${name}`));
    const { objects } = fitChaos(scenario?.faults ?? [], { namespace: NAMESPACE, liveNode: (node) => node });
    return objects.flatMap((object) => (object === null ? [] : [{ name, object }]));
  });

  test('is more than one object', () => {
    expect(fitted.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['container-kill', 'pod-kill', 'pod-kill-forced']),
    );
  });

  test.each(fitted)('of $name is accepted as the harness sends it', async ({ object }) => {
    await create(object, true);
  });
});

describe('what is wrong', () => {
  const good: PodChaos = {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'PodChaos',
    metadata: { name: 'wrong' },
    spec: { action: 'pod-kill', mode: 'one', selector: { labelSelectors: { app: 'web' } } },
  };
  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['an unknown action', { action: 'pod-kil' }, /Unsupported value: "pod-kil"/u],
    ['an unknown mode', { mode: 'some' }, /Unsupported value: "some"/u],
    ['a number for a text', { value: 2 }, /spec\.value.*string/u],
    ['a negative grace as text', { gracePeriod: '-1' }, /spec\.gracePeriod.*integer/u],
    ['no selector', { selector: undefined }, /spec\.selector.*Required/u],
    ['an unknown field', { grace: 5 }, /unknown field "spec\.grace"/u],
  ];

  test.each(wrong)('is refused: %s', async (_, fields, message) => {
    await expect(create({ ...good, spec: { ...good.spec, ...fields } } as typeof good)).rejects.toThrow(
      message,
    );
    expect(await gone(`${pathOf(good)}/wrong`)).toBe(true);
  });

  test('is refused: every object of every kind without its mode', async () => {
    for (const object of CHAOS_OBJECTS) {
      const { mode: _, ...spec } = object.spec;
      await expect(create({ ...object, spec } as typeof object, true)).rejects.toThrow(
        /spec\.mode.*Required/u,
      );
    }
  });
});

describe('who carries out PodChaos', () => {
  const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

  test('is the harness, while types are there and no controller is', async () => {
    expect((await findCluster()).chaosMesh).toBe(false);
  });

  test('is Chaos Mesh, once its controller runs', async () => {
    const { items } = (await call('GET', '/api/v1/nodes')) as { readonly items: readonly LiveNode[] };
    const images = items.flatMap(({ status }) => status.images ?? []).flatMap(({ names }) => names ?? []);
    const image = images.find((name) => /(?:^|\/)pause[:@]/u.test(name));
    // Such are the labels of the controller in Chaos Mesh's chart.
    const labels = {
      'app.kubernetes.io/name': 'chaos-mesh',
      'app.kubernetes.io/component': 'controller-manager',
    };
    await call('POST', DEPLOYMENTS, {
      metadata: { name: 'chaos-controller-manager', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'manager', image, imagePullPolicy: 'IfNotPresent' }] },
        },
      },
    });
    await until(async () => (await findCluster()).chaosMesh);
  });

  test('whose records tell what it hit, and whose object goes in the end', async () => {
    const object: PodChaos = {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'PodChaos',
      metadata: { name: 'played', namespace: NAMESPACE },
      spec: { action: 'pod-kill', mode: 'one', selector: { labelSelectors: { app: 'web' } } },
    };
    const target = { labels: { app: 'web' }, nodes: [], pods: [], mode: 'one', value: 0 } as const;
    const course = byChaosMesh({ client, wait: async (durationMs) => sleep(durationMs) }, object, {
      kind: 'pod-kill',
      target,
      gracePeriodSeconds: 0,
    });
    const applied = course.apply();
    const path = `${pathOf(object)}/played`;
    await until(async () => !(await gone(path)));
    const records = [
      {
        id: `${NAMESPACE}/web-1`,
        phase: 'Injected',
        selectorKey: '.',
        injectedCount: 1,
        recoveredCount: 0,
      },
    ];
    await call('PATCH', path, {
      status: {
        conditions: [{ type: 'AllInjected', status: 'True' }],
        experiment: { desiredPhase: 'Run', containerRecords: records },
      },
    });
    await applied;
    expect(course.hits.pods).toEqual(['web-1']);
    await course.recover();
    await until(async () => gone(path));
  });
});
