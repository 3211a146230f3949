import { describe, expect, it } from 'vitest';
import { newPodOf } from '../../../../../src/model/cluster/replica-set/new-pod.ts';
import { PodWriter } from '../../../../../src/model/cluster/replica-set/pod-writer.ts';
import type { ReplicaSetObject } from '../../../../../src/model/cluster/objects.ts';
import { constantProfile, testCluster, testReplicaSet, testTemplate } from '../test-cluster.ts';

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

  it('R-POD-16, R-POD-23: a pod without a node or without grace is gone at its deletion', () => {
    const { api, simulation, timeline } = testCluster({ profile: constantProfile(10) });
    const writer = new PodWriter(simulation, timeline, api.client('test', 100, 100));
    const template = testTemplate({ terminationGracePeriodSeconds: 0 });
    const unbound = newPodOf(testReplicaSet() as ReplicaSetObject, 0);
    const abrupt = newPodOf(testReplicaSet({ template }) as ReplicaSetObject, 1);
    for (const pod of [unbound, { ...abrupt, nodeName: 'worker-1' }]) {
      writer.create(pod, () => {
        writer.delete(pod.name, null);
      });
    }
    simulation.runUntil(100);
    for (const { name } of [unbound, abrupt]) {
      const events = timeline.events.filter(({ object }) => object === `pod/${name}`);
      expect(events.map(({ kind }) => kind)).toEqual(['pod-created', 'pod-terminating', 'pod-gone']);
      expect(events[2]?.timeMs).toBe(events[1]?.timeMs);
    }
  });
});
