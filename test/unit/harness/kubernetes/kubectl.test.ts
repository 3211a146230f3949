/** kubectl's operations on Deployments, as calls on the API: what is sent, and what is refused. */
import { describe, expect, test } from 'vitest';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import { pause, Refusal, restart, resume, scale, undo } from '../../../../src/harness/kubernetes/kubectl.ts';
import { rolloutStatus } from '../../../../src/harness/kubernetes/rollout-status.ts';
import type { LiveDeployment } from '../../../../src/harness/kubernetes/live-objects.ts';
import { ApiError } from '../../../../src/harness/kubernetes/api-error.ts';
import type { ApiCall, Transport } from '../../../../src/harness/kubernetes/transport.ts';

const OWNED = [{ kind: 'Deployment', name: 'web', uid: 'u1', controller: true }];

function replicaSet(revision: number, image: string, owner = OWNED): object {
  const metadata = {
    name: `web-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: owner,
  };
  const labels = { app: 'web', 'pod-template-hash': `h${revision}` };
  return {
    metadata,
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } } },
  };
}

class Api implements Transport {
  readonly writes: Pick<ApiCall, 'path' | 'body' | 'contentType'>[] = [];
  readonly #deployment: object | null;
  readonly #replicaSets: readonly object[];

  constructor(spec: object | null, replicaSets: readonly object[] = []) {
    this.#deployment = spec === null ? null : { metadata: { name: 'web', generation: 2 }, spec, status: {} };
    this.#replicaSets = replicaSets;
  }

  async call({ method, path, body, contentType }: ApiCall): Promise<unknown> {
    if (method !== 'GET') {
      this.writes.push({ path, body, ...(contentType === undefined ? {} : { contentType }) });
      return Promise.resolve({});
    }
    if (path.endsWith('/replicasets'))
      return { metadata: { resourceVersion: '1' }, items: this.#replicaSets };
    if (this.#deployment === null) throw new ApiError(404, 'not found');
    return this.#deployment;
  }

  lines(): AsyncIterable<string> {
    throw new Error('nothing is watched');
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

function clientOf(api: Api): KubernetesClient {
  return new KubernetesClient(api, 'ns');
}

function template(image: string): object {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } };
}

function statusOf(status: object): string {
  const metadata = { name: 'web', generation: 2 };
  return rolloutStatus({ metadata, spec: { replicas: 3 }, status } as unknown as LiveDeployment);
}

describe('kubectl', () => {
  test('scales by the replicas alone', async () => {
    const api = new Api({});
    await scale(clientOf(api), 'web', 7);
    expect(api.writes).toEqual([
      {
        path: '/apis/apps/v1/namespaces/ns/deployments/web',
        body: { spec: { replicas: 7 } },
        contentType: 'application/merge-patch+json',
      },
    ]);
  });

  test('restarts by an annotation on the template (R-DEP-23)', async () => {
    const api = new Api({});
    await restart(clientOf(api), 'web', new Date('2026-01-02T03:04:05Z'));
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-02T03:04:05.000Z' };
    expect(api.writes[0]?.body).toEqual({ spec: { template: { metadata: { annotations } } } });
  });

  test('pauses and resumes, each once', async () => {
    const running = new Api({});
    await pause(clientOf(running), 'web');
    expect(running.writes[0]?.body).toEqual({ spec: { paused: true } });
    await expect(resume(clientOf(running), 'web')).rejects.toThrow('deployments.apps "web" is not paused');
    const paused = new Api({ paused: true });
    await resume(clientOf(paused), 'web');
    expect(paused.writes[0]?.body).toEqual({ spec: { paused: null } });
    await expect(pause(clientOf(paused), 'web')).rejects.toThrow('deployments.apps "web" is already paused');
    await expect(restart(clientOf(paused), 'web', new Date())).rejects.toThrow(Refusal);
  });

  test('undoes to the revision before the newest, without its hash and without other owners (R-DEP-19)', async () => {
    const others = [{ kind: 'Deployment', name: 'api', uid: 'u2', controller: true }];
    const sets = [
      replicaSet(3, 'web:3'),
      replicaSet(1, 'web:1'),
      replicaSet(2, 'web:2'),
      replicaSet(9, 'api:9', others),
    ];
    const api = new Api({}, sets);
    await undo(clientOf(api), 'web', null);
    await undo(clientOf(api), 'web', 1);
    expect(api.writes.map(({ body }) => body)).toEqual([
      [{ op: 'replace', path: '/spec/template', value: template('web:2') }],
      [{ op: 'replace', path: '/spec/template', value: template('web:1') }],
    ]);
  });

  test.each([
    ['without a history', {}, [replicaSet(1, 'web:1')], null, /no rollout history found/u],
    [
      'to a revision that is gone',
      {},
      [replicaSet(1, 'a'), replicaSet(2, 'b')],
      7,
      /unable to find specified revision 7/u,
    ],
    [
      'while it is paused',
      { paused: true },
      [replicaSet(1, 'a'), replicaSet(2, 'b')],
      null,
      /cannot rollback a paused/u,
    ],
    ['of what is not there', null, [], null, /"web" not found/u],
  ])('refuses to undo %s', async (_, spec, sets, revision, message) => {
    const api = new Api(spec, sets);
    await expect(undo(clientOf(api), 'web', revision)).rejects.toThrow(message);
    expect(api.writes).toEqual([]);
  });
});

describe('rollout status (R-DEP-12)', () => {
  const done = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

  test('is complete when updated, existing and available pods are as many as wanted', () => {
    expect(statusOf(done)).toBe('complete');
  });

  test.each([
    ['the controller has not seen the change', { ...done, observedGeneration: 1 }],
    ['an old pod is left', { ...done, replicas: 4 }],
    ['a new one is not available', { ...done, availableReplicas: 2 }],
    ['one is not updated', { ...done, updatedReplicas: 2 }],
  ])('is rolling when %s', (_, fields) => {
    expect(statusOf(fields)).toBe('rolling');
  });

  test('is stalled past its deadline', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    expect(statusOf({ ...done, availableReplicas: 1, conditions })).toBe('stalled');
  });
});
