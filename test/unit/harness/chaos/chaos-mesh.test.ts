/** Chaos Mesh at work, as its answers tell: the object is created, awaited and deleted. */
import { describe, expect, test } from 'vitest';
import { byChaosMesh } from '../../../../src/harness/chaos/chaos-mesh.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import type { ApiCall } from '../../../../src/harness/kubernetes/transport.ts';
import type { PodChaos } from '../../../../src/scenario/chaos/chaos-mesh.generated.ts';
import type { FaultAction, PodTarget } from '../../../../src/scenario/fault.ts';

const TARGET: PodTarget = { labels: { app: 'web' }, nodes: [], pods: [], mode: 'all', value: 0 };
const KILL: FaultAction = { kind: 'pod-kill', target: TARGET, gracePeriodSeconds: 5 };
const FAILURE: FaultAction = { kind: 'pod-failure', target: TARGET, durationMs: 20_000 };
const OBJECT: PodChaos = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'PodChaos',
  metadata: { name: 'kill', namespace: 'ns', annotations: { why: 'drill' } },
  spec: { action: 'pod-kill', mode: 'all', selector: { labelSelectors: { app: 'web' } }, gracePeriod: 5 },
};
const PATH = '/apis/chaos-mesh.org/v1alpha1/namespaces/ns/podchaos';

/** What its controller writes, in its order. */
const SELECTED = { conditions: [{ type: 'Selected', status: 'True' }] };
const INJECTED = {
  conditions: [
    { type: 'Selected', status: 'True' },
    { type: 'AllInjected', status: 'True' },
  ],
  experiment: { containerRecords: [{ id: 'ns/web-1' }, { id: 'ns/web-2/web' }] },
};

interface Api {
  readonly client: KubernetesClient;
  readonly writes: { readonly call: string; readonly body: unknown }[];
  waitedMs: number;
}

function lines(): never {
  throw new Error('nothing is watched');
}

/** @param statuses one for each time that the object is read; the last one stays */
function api(statuses: readonly unknown[]): Api {
  let reads = 0;
  const writes: Api['writes'] = [];
  const call = async ({ method, path, body }: ApiCall): Promise<unknown> => {
    if (method === 'GET') {
      const status = statuses[Math.min(reads, statuses.length - 1)];
      reads += 1;
      return Promise.resolve({ ...OBJECT, status });
    }
    writes.push({ call: `${method} ${path}`, body });
    return Promise.resolve(OBJECT);
  };
  const transport = { call, lines, close: async () => Promise.resolve() };
  return { client: new KubernetesClient(transport, 'ns'), writes, waitedMs: 0 };
}

function waiting(of: Api): { client: KubernetesClient; wait: (durationMs: number) => Promise<void> } {
  return {
    client: of.client,
    wait: async (durationMs) => {
      of.waitedMs += durationMs;
      return Promise.resolve();
    },
  };
}

describe('an object of Chaos Mesh', () => {
  test('is created as it is, awaited until all is injected, and deleted once', async () => {
    const server = api([undefined, SELECTED, INJECTED]);
    const course = byChaosMesh(waiting(server), OBJECT, KILL);
    await course.apply();
    expect(server.writes).toEqual([{ call: `POST ${PATH}`, body: OBJECT }]);
    expect(server.waitedMs).toBe(400);
    // R-CHX-3: what it hit stands in its records, with or without a container.
    expect(course.hits.pods).toEqual(['web-1', 'web-2']);
    await course.recover();
    await course.recover();
    expect(server.writes.map(({ call }) => call)).toEqual([`POST ${PATH}`, `DELETE ${PATH}/kill`]);
  });

  test('lasts as long as a failure does, and a kill is never undone (R-CHX-4, R-CHX-6)', () => {
    const server = waiting(api([INJECTED]));
    expect(byChaosMesh(server, OBJECT, FAILURE).lastsMs).toBe(20_000);
    expect(byChaosMesh(server, OBJECT, KILL).lastsMs).toBeNull();
  });

  test('that its controller takes no notice of is an error that names it, and is deleted all the same', async () => {
    const server = api([SELECTED]);
    const course = byChaosMesh(waiting(server), OBJECT, KILL);
    await expect(course.apply()).rejects.toThrow(
      'Chaos Mesh has not carried out podchaos/kill within 30 s: look at its controller.',
    );
    await course.recover();
    expect(server.writes.at(-1)?.call).toBe(`DELETE ${PATH}/kill`);
  });
});
