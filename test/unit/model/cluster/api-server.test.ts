import { describe, expect, it } from 'vitest';
import { newPod } from '../../../../src/model/cluster/replica-set/new-pod.ts';
import { constantProfile, testCluster, testReplicaSet, testTemplate } from './test-cluster.ts';

function podNamed(name: string, graceSeconds = 30) {
  const template = testTemplate({ terminationGracePeriodSeconds: graceSeconds });
  const owner = { kind: 'ReplicaSet', name: 'web-1' } as const;
  return { ...newPod({ name, owner, deployment: 'web', template, streamKey: name }), kind: 'Pod' as const };
}

describe('ApiServer', () => {
  it('brings every change to each watcher in the order of the store, each after its own delay (R-GEN-1)', () => {
    const context = testCluster({ seed: 7 });
    const seen: Record<string, number[]> = { a: [], b: [] };
    const times: Record<string, number[]> = { a: [], b: [] };
    for (const watcher of ['a', 'b']) {
      context.api.watch('ReplicaSet', watcher, {
        changed: (object) => {
          seen[watcher]?.push(object.replicas);
          times[watcher]?.push(context.simulation.nowMs);
        },
      });
    }
    context.api.commitCreate(testReplicaSet());
    for (let replicas = 1; replicas <= 50; replicas++) {
      context.api.commitUpdate('ReplicaSet', 'web-1', (current) => ({ ...current, replicas }));
    }
    context.simulation.runUntil(10_000);
    const inOrder = Array.from({ length: 51 }, (_, index) => index);
    expect(seen).toEqual({ a: inOrder, b: inOrder });
    expect(times['a']).not.toEqual(times['b']);
  });

  it('keeps old snapshots as they were and never shares a cache', () => {
    const context = testCluster({ profile: constantProfile(10) });
    const { api, simulation } = context;
    api.seed(testReplicaSet({ replicas: 3 }), -1000);
    const informer = api.watch('ReplicaSet', 'a');
    const before = informer.get('web-1');
    api.commitUpdate('ReplicaSet', 'web-1', (current) => ({ ...current, replicas: 5 }));
    expect(api.read('ReplicaSet', 'web-1')?.replicas).toBe(5);
    expect(informer.get('web-1')?.replicas).toBe(3);
    simulation.runUntil(10);
    expect(informer.get('web-1')?.replicas).toBe(5);
    expect(before?.replicas).toBe(3);
  });

  it('stores after half the call’s latency, answers after the other half, and tells the writer both', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const times: number[] = [];
    const note = (): void => {
      times.push(simulation.nowMs);
    };
    api.client('c', 1, 1).create(podNamed('web-1-0'), note, note);
    simulation.runUntil(100);
    expect(times).toEqual([5, 10]);
    expect(api.read('Pod', 'web-1-0')?.createdMs).toBe(0);
  });

  it('refuses an optimistic update of an object that has changed', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const stored = api.seed(testReplicaSet(), -1000);
    const client = api.client('c', 100, 100);
    const results: (string | true)[] = [];
    const update = (replicas: number): void => {
      client.update(
        'ReplicaSet',
        'web-1',
        (current) => (current.resourceVersion === stored.resourceVersion ? { ...current, replicas } : null),
        (result) => results.push(result.ok ? true : result.reason),
      );
    };
    update(1);
    update(2);
    client.update(
      'ReplicaSet',
      'none',
      (current) => current,
      (result) => {
        if (!result.ok) results.push(result.reason);
      },
    );
    simulation.runUntil(100);
    expect(results).toEqual([true, 'conflict', 'not-found']);
    expect(api.read('ReplicaSet', 'web-1')?.replicas).toBe(1);
  });

  it('delivers nothing for an update that changes nothing', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    api.seed(testReplicaSet(), -1000);
    let deliveries = 0;
    api.watch('ReplicaSet', 'a', { changed: () => (deliveries += 1) });
    api.commitUpdate('ReplicaSet', 'web-1', (current) => current);
    simulation.runUntil(100);
    expect(deliveries).toBe(0);
  });

  it('waits for the client’s token, for calls of every kind (R-GEN-4)', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const client = api.client('c', 10, 1);
    const answered: number[] = [];
    for (let i = 0; i < 3; i++) client.post(() => answered.push(simulation.nowMs));
    simulation.runUntil(1000);
    expect(answered).toEqual([10, 110, 210]);
  });

  describe('deletes pods (R-POD-16)', () => {
    it('at once when no node has them, when they have ended, and with grace 0', () => {
      const { api } = testCluster();
      api.seed(podNamed('pending'), 0);
      api.seed({ ...podNamed('ended'), nodeName: 'n', phase: 'Failed' }, 0);
      api.seed({ ...podNamed('forced'), nodeName: 'n', phase: 'Running' }, 0);
      api.commitDeletePod('pending', null);
      api.commitDeletePod('ended', null);
      api.commitDeletePod('forced', 0);
      expect(api.readAll('Pod').size).toBe(0);
    });

    it('gracefully otherwise; a later deletion can only shorten', () => {
      const { api, simulation } = testCluster();
      api.seed({ ...podNamed('p'), nodeName: 'n', phase: 'Running' }, 0);
      simulation.runUntil(1234);
      api.commitDeletePod('p', null);
      expect(api.read('Pod', 'p')).toMatchObject({ deletionMs: 1234, deletionGraceSeconds: 30 });
      simulation.runUntil(2000);
      api.commitDeletePod('p', 60);
      expect(api.read('Pod', 'p')).toMatchObject({ deletionMs: 1234, deletionGraceSeconds: 30 });
      api.commitDeletePod('p', 5);
      expect(api.read('Pod', 'p')).toMatchObject({ deletionMs: 1234, deletionGraceSeconds: 5 });
    });
  });

  it('refuses a second object of the same name and asks each admission about a pod', () => {
    const { api } = testCluster();
    api.admit((pod, stored) => (stored.size >= 1 ? `no room for ${pod.name}` : null));
    expect(api.commitCreate(podNamed('a')).ok).toBe(true);
    expect(api.commitCreate(podNamed('a'))).toMatchObject({ ok: false, reason: 'exists' });
    expect(api.commitCreate(podNamed('b'))).toEqual({
      ok: false,
      reason: 'refused',
      message: 'no room for b',
    });
  });
});
