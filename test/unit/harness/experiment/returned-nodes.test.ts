/** Nodes as an API server tells of them after one was down: unreachable, tainted still, and whole. */
import { describe, expect, test } from 'vitest';
import { untilNodesReturn } from '../../../../src/harness/experiment/returned-nodes.ts';
import { ApiUnreachable } from '../../../../src/harness/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';

function node(ready: 'True' | 'Unknown', taints: readonly string[] = []): object {
  return {
    metadata: { name: 'own-worker' },
    spec: { taints: taints.map((key) => ({ key, effect: 'NoSchedule' })) },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

const WHOLE = node('True');
const LOST = node('Unknown', ['node.kubernetes.io/unreachable']);
const TAINTED = node('True', ['node.kubernetes.io/unreachable']);
const CORDONED = node('True', ['node.kubernetes.io/unschedulable']);

/** @param answers one for each question; the last one stays @returns how long was waited */
async function waited(answers: readonly (readonly object[] | Error)[]): Promise<number> {
  let asked = 0;
  let waitedMs = 0;
  const list = async (): Promise<unknown> => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return Promise.resolve({ resourceVersion: '1', items: answer });
  };
  await untilNodesReturn({ list } as unknown as KubernetesClient, 3000, async (durationMs) => {
    waitedMs += durationMs;
    return Promise.resolve();
  });
  return waitedMs;
}

describe('after a node was down', () => {
  test('a whole cluster is waited for no longer', async () => {
    expect(await waited([[WHOLE, WHOLE]])).toBe(0);
    expect(await waited([[WHOLE, CORDONED]])).toBe(0);
  });

  test('its heartbeats and the end of its taints are waited for', async () => {
    expect(await waited([[LOST, WHOLE], [TAINTED, WHOLE], [WHOLE]])).toBe(1000);
  });

  test('the wait ends with its time, and with the API server', async () => {
    expect(await waited([[LOST]])).toBe(3000);
    expect(await waited([[LOST], new ApiUnreachable('own', 'ECONNREFUSED')])).toBe(500);
  });

  test('what is no silence of the server is no end', async () => {
    await expect(waited([new Error('a bug')])).rejects.toThrow('a bug');
  });
});
