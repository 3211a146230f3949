import { describe, expect, it } from 'vitest';
import { testReplicaSet, testTemplate } from '../test-cluster.ts';
import type { ReplicaSetObject } from '../../../../../src/model/cluster/objects.ts';
import {
  countPods,
  isStatusCurrent,
  replicaFailureReason,
} from '../../../../../src/model/cluster/replica-set/replica-set-status.ts';

describe('ReplicaSet status', () => {
  it('counts active, labelled, ready and available pods apart', () => {
    const template = testTemplate({ labels: { app: 'web', version: '2' } });
    const pod = (ready: boolean, readyTransitionMs: number, labels = template.labels) => ({
      ready,
      readyTransitionMs,
      template: { labels },
    });
    const pods = [pod(true, 0), pod(true, 8000), pod(false, 0), pod(true, 0, { app: 'web', version: '1' })];
    expect(countPods({ replicas: 4, minReadySeconds: 5, template }, pods, 2, 10_000)).toEqual({
      replicas: 4,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 2,
      terminatingReplicas: 2,
    });
  });

  it('names what failed, keeps the first reason and clears it (R-DEP-24)', () => {
    expect(replicaFailureReason(null, true, 1, 2)).toBe('FailedCreate');
    expect(replicaFailureReason(null, true, 3, 2)).toBe('FailedDelete');
    expect(replicaFailureReason('FailedCreate', true, 3, 2)).toBe('FailedCreate');
    expect(replicaFailureReason('FailedCreate', false, 1, 2)).toBeNull();
  });

  it('is current only when nothing differs and the generation was observed', () => {
    const meta = { uid: 'u', createdMs: 0, generation: 1, resourceVersion: 1 };
    const replicaSet = { ...testReplicaSet(), ...meta } as ReplicaSetObject;
    expect(isStatusCurrent(replicaSet, replicaSet.status)).toBe(true);
    expect(isStatusCurrent({ ...replicaSet, generation: 2 }, replicaSet.status)).toBe(false);
    const changes = {
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      terminatingReplicas: 1,
      fullyLabeledReplicas: 1,
    };
    for (const [field, value] of Object.entries(changes)) {
      expect(isStatusCurrent(replicaSet, { ...replicaSet.status, [field]: value })).toBe(false);
    }
    expect(isStatusCurrent(replicaSet, { ...replicaSet.status, replicaFailure: true })).toBe(false);
  });
});
