/** A clean-up tries everything that is due, whatever fails of it. */
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../../../../src/harness/experiment/clean-up.ts';
import { OWNER } from '../../../../src/harness/experiment/namespace-owner.ts';
import { Session } from '../../../../src/harness/experiment/session.ts';
import { ApiError, ApiUnreachable } from '../../../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import type { ApiCall } from '../../../../src/harness/kubernetes/transport.ts';
import type { LoadRun } from '../../../../src/harness/load.ts';
import { processText } from '../../../../src/harness/process-identity.ts';

const lines = (): never => {
  throw new Error('nothing is watched');
};

/** @param answer to every call that changes something @returns those calls, and how the clean-up ended */
async function cleaned(
  answer: (path: string) => void,
  owner = processText(),
): Promise<{ readonly calls: string[]; readonly end: unknown }> {
  const calls: string[] = [];
  const call = async ({ method, path, body }: ApiCall): Promise<unknown> => {
    if (method === 'GET') {
      if (path.endsWith('/pods')) return { metadata: {}, items: [{ metadata: { name: 'checkout-1' } }] };
      if (calls.includes(NAMESPACE)) throw new ApiError(404, 'not found');
      return { metadata: { name: 'own', annotations: { [OWNER]: owner } } };
    }
    const { gracePeriodSeconds } = body as { gracePeriodSeconds?: number };
    calls.push(
      `${method} ${path}${gracePeriodSeconds === undefined ? '' : ` within ${gracePeriodSeconds} s`}`,
    );
    answer(path);
    return Promise.resolve({});
  };
  const options = { progress: () => undefined, waits: { goneWithinMs: 60_000 } };
  const session = new Session({} as never, {} as never, options as never, () => undefined);
  session.client = new KubernetesClient({ call, lines, close: async () => Promise.resolve() }, 'own');
  session.cordoned.push('worker-1', 'worker-2');
  session.load = {
    abort: async () => {
      calls.push('abort load');
      return Promise.resolve();
    },
  } as LoadRun;
  const end: unknown = await cleanUp(session).catch((error: unknown) => error);
  return { calls: calls.sort(), end };
}

const NAMESPACE = 'DELETE /api/v1/namespaces/own';
const PODS = 'DELETE /api/v1/namespaces/own/pods/checkout-1 within 1 s';
const ALL = [NAMESPACE, PODS, 'PATCH /api/v1/nodes/worker-1', 'PATCH /api/v1/nodes/worker-2', 'abort load'];

describe('a clean-up', () => {
  test('does all that is due, and waits for no grace period of a pod', async () => {
    expect(await cleaned(() => undefined)).toEqual({ calls: ALL, end: undefined });
  });

  test('leaves a namespace alone that another process made', async () => {
    const { calls, end } = await cleaned(() => undefined, processText(process.ppid));
    expect(calls).toEqual(ALL.filter((call) => call !== NAMESPACE && call !== PODS));
    expect(end).toBeUndefined();
  });

  test.each(['nodes/worker-1', 'nodes/worker-2', 'namespaces/own'])(
    'goes on when %s fails, and tells it',
    async (name) => {
      const failure = new ApiError(500, 'etcd is slow');
      const { calls, end } = await cleaned((path) => {
        if (path.endsWith(name)) throw failure;
      });
      expect(calls).toEqual(ALL.filter((call) => call !== PODS || name !== 'namespaces/own'));
      expect(end).toBe(failure);
    },
  );

  test('blames no API server that is gone', async () => {
    const { calls, end } = await cleaned(() => {
      throw new ApiUnreachable('own', 'ECONNREFUSED');
    });
    expect(calls).toEqual(ALL.filter((call) => call !== PODS));
    expect(end).toBeUndefined();
  });
});
