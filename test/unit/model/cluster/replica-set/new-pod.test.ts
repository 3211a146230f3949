import { describe, expect, it } from 'vitest';
import { newPodOf } from '../../../../../src/model/cluster/replica-set/new-pod.ts';
import { PodOrdinals } from '../../../../../src/model/cluster/replica-set/pod-ordinals.ts';
import type { ReplicaSetObject } from '../../../../../src/model/cluster/objects.ts';
import { testReplicaSet, testTemplate } from '../test-cluster.ts';

const replicaSet = (annotations: Record<string, string> = {}): ReplicaSetObject =>
  testReplicaSet({ template: testTemplate({ annotations }) }) as ReplicaSetObject;

describe('newPodOf', () => {
  it('is pending, on no node, with name and streams from its ordinal', () => {
    expect(newPodOf(replicaSet(), 7)).toMatchObject({
      kind: 'Pod',
      name: 'web-1-7',
      streamKey: 'web.0.7',
      owner: { kind: 'ReplicaSet', name: 'web-1' },
      deployment: 'web',
      phase: 'Pending',
      nodeName: null,
      deletionMs: null,
    });
  });

  it.each([
    ['10', 10],
    ['-2147483648', -2147483648],
    ['2147483648', 0],
    ['+1', 0],
    ['007', 0],
    ['high', 0],
  ])('reads the deletion cost %s as %d (R-RS-5)', (text, cost) => {
    const annotations = { 'controller.kubernetes.io/pod-deletion-cost': text };
    expect(newPodOf(replicaSet(annotations), 0).deletionCost).toBe(cost);
  });
});

describe('PodOrdinals', () => {
  it('goes on after the pods that exist and gives a refused number out again, lowest first', () => {
    const ordinals = new PodOrdinals();
    expect(ordinals.take('web-1', () => ['web-1-0', 'web-1-4'])).toBe(5);
    expect(ordinals.take('web-1', () => [])).toBe(6);
    expect(ordinals.take('web-1', () => [])).toBe(7);
    ordinals.giveBack('web-1', 7);
    ordinals.giveBack('web-1', 5);
    expect([1, 2, 3].map(() => ordinals.take('web-1', () => []))).toEqual([5, 7, 8]);
    expect(ordinals.take('web-2', () => [])).toBe(0);
  });
});
