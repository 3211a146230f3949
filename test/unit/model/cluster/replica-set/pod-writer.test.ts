import { describe, expect, it } from 'vitest';
import { newPodOf } from '../../../../../src/model/cluster/replica-set/new-pod.ts';
import { PodWriter } from '../../../../../src/model/cluster/replica-set/pod-writer.ts';
import type { ReplicaSetObject } from '../../../../../src/model/cluster/objects.ts';
import { constantProfile, testCluster, testReplicaSet } from '../test-cluster.ts';

describe('PodWriter', () => {
  it('notes creation and deletion when they are stored, and a deletion that another began not again', () => {
    const { api, simulation, timeline } = testCluster({ profile: constantProfile(10) });
    const writer = new PodWriter(simulation, timeline, api.client('test', 100, 100));
    const pod = { ...newPodOf(testReplicaSet() as ReplicaSetObject, 0), nodeName: 'worker-1' };
    writer.create(pod, () => {
      writer.delete(pod.name, null);
    });
    simulation.at(50, () => {
      writer.delete(pod.name, null);
    });
    simulation.runUntil(100);
    expect(timeline.events.map(({ timeMs, kind }) => [timeMs, kind])).toEqual([
      [5, 'pod-created'],
      [15, 'pod-terminating'],
    ]);
  });
});
