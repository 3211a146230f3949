/** Of two commands that start at once, and both find the namespace free, one makes it. */
import { expect, test } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { OWNER } from '../../../../src/harness/experiment/namespace-owner.ts';
import { makeNamespace } from '../../../../src/harness/experiment/own-namespace.ts';
import { ApiError } from '../../../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import type { ApiCall } from '../../../../src/harness/kubernetes/transport.ts';
import { processText } from '../../../../src/harness/process-identity.ts';

const CONFLICT = new ApiError(409, 'namespaces "own" already exists');

const lines = (): never => {
  throw new Error('nothing is watched');
};

/** @param owner who has made it meanwhile; null: nobody */
function clientWhere(owner: string | null, calls: string[] = []): KubernetesClient {
  const call = async ({ method, path }: ApiCall): Promise<unknown> => {
    calls.push(`${method} ${path}`);
    if (method === 'POST' && owner !== null) throw CONFLICT;
    const annotations = owner === null ? {} : { [OWNER]: owner };
    return Promise.resolve({ metadata: { name: 'own', annotations } });
  };
  return new KubernetesClient({ call, lines, close: async () => Promise.resolve() }, 'own');
}

const { signal } = new AbortController();

test('it is made and waited for', async () => {
  const calls: string[] = [];
  await makeNamespace(clientWhere(null, calls), 'kind', signal);
  expect(calls).toEqual(['POST /api/v1/namespaces', 'GET /api/v1/namespaces/own/serviceaccounts/default']);
});

test('whoever comes second is told of the first', async () => {
  const made = makeNamespace(clientWhere(processText(process.ppid)), 'kind', signal);
  await expect(made).rejects.toThrow(EnvironmentError);
  await expect(made).rejects.toThrow(`uses the cluster kind (process ${process.ppid})`);
});

test('one that nobody has, and is there all the same, is the API server’s own refusal', async () => {
  await expect(makeNamespace(clientWhere('1 0'), 'kind', signal)).rejects.toBe(CONFLICT);
});
