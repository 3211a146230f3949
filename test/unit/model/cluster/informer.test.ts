import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../../../src/model/cluster/objects.ts';
import { newPod } from '../../../../src/model/cluster/replica-set/new-pod.ts';
import { constantProfile, testCluster, testTemplate } from './test-cluster.ts';

function podNamed(name: string, owner = 'web-1') {
  const identity = { name, owner: { kind: 'ReplicaSet', name: owner } as const, deployment: 'web' };
  return {
    ...newPod({ ...identity, template: testTemplate({}), streamKey: name }),
    kind: 'Pod' as const,
  };
}

const ready = (pod: PodObject): PodObject => ({ ...pod, ready: true });

/** When a watcher hears of `q` among others that it asks for or not. */
function timesOf(picky: boolean): number[] {
  const { api, simulation } = testCluster({ seed: 3 });
  const times: number[] = [];
  const changed = (pod: PodObject): void => {
    if (pod.name === 'q') times.push(simulation.nowMs);
  };
  const choice = picky ? { selects: ({ name }: PodObject) => name === 'q' } : {};
  const informer = api.watch('Pod', 'a', { changed, ...choice });
  for (let i = 0; i < 20; i++) {
    api.commitCreate(podNamed(`p-${i}`));
    if (i === 10) api.commitCreate(podNamed('q'));
  }
  api.commitUpdate('Pod', 'q', ready);
  simulation.runUntil(10_000);
  expect(informer.list().length).toBe(picky ? 1 : 21);
  return times;
}

describe('Informer', () => {
  it('holds what concerns no handler once it has arrived, without an event of its own (R-GEN-1)', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const seen: string[] = [];
    const informer = api.watch('Pod', 'a', {
      changed: (pod) => seen.push(pod.name),
      concerns: (pod, old) => pod !== null && old === null,
    });
    api.commitCreate(podNamed('p'));
    simulation.runUntil(4);
    api.commitUpdate('Pod', 'p', ready);
    api.commitCreate(podNamed('q'));
    const { events } = simulation;
    simulation.runUntil(13);
    expect(informer.get('p')?.ready).toBe(false);
    simulation.runUntil(14);
    expect(informer.get('p')?.ready).toBe(true);
    expect(seen).toEqual(['p', 'q']);
    expect(simulation.events - events).toBe(2);
  });

  it('shows within one instant what an event of its own would have brought by then', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const informer = api.watch('Pod', 'a');
    const found: (boolean | undefined)[] = [];
    const look = (): void => {
      found.push(informer.get('p') !== undefined);
    };
    simulation.at(10, look);
    api.commitCreate(podNamed('p'));
    simulation.at(10, look);
    simulation.runUntil(20);
    expect(found).toEqual([false, true]);
  });

  it('leaves the draws of a watch alone, whatever the watcher asks to be told', () => {
    expect(timesOf(true)).toEqual(timesOf(false));
  });

  it('tells of the removal of what it was told of, and of nothing else', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const gone: string[] = [];
    api.watch('Pod', 'a', {
      selects: ({ nodeName }) => nodeName === 'n',
      removed: ({ name }) => gone.push(name),
    });
    for (const name of ['p', 'q']) api.commitCreate(podNamed(name));
    api.commitUpdate('Pod', 'p', (pod) => ({ ...pod, nodeName: 'n' }));
    for (const name of ['p', 'q']) api.commitRemove('Pod', name);
    simulation.runUntil(10);
    expect(gone).toEqual(['p']);
  });

  it('keeps groups up to date, in order of arrival', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const informer = api.watch('Pod', 'a', { groupOf: ({ owner }) => owner.name });
    const names = (group: string): string[] => [...informer.group(group)].map(({ name }) => name);
    api.commitCreate(podNamed('b', 'web-1'));
    api.commitCreate(podNamed('c', 'web-2'));
    api.commitCreate(podNamed('a', 'web-1'));
    api.commitUpdate('Pod', 'b', ready);
    simulation.runUntil(10);
    expect(names('web-1')).toEqual(['b', 'a']);
    expect([...informer.group('web-1')][0]?.ready).toBe(true);
    api.commitRemove('Pod', 'b');
    simulation.runUntil(20);
    expect(names('web-1')).toEqual(['a']);
    expect(names('web-2')).toEqual(['c']);
    expect(names('none')).toEqual([]);
  });

  it('keeps what is on its way in order over many changes', () => {
    const { api, simulation } = testCluster({ seed: 5 });
    const costs: number[] = [];
    const informer = api.watch('Pod', 'a', {
      changed: ({ deletionCost }) => costs.push(deletionCost),
      concerns: (pod) => (pod?.deletionCost ?? 0) % 3 === 0,
    });
    api.commitCreate(podNamed('p'));
    for (let cost = 1; cost <= 999; cost++) {
      api.commitUpdate('Pod', 'p', (pod) => ({ ...pod, deletionCost: cost }));
      simulation.runUntil(cost / 4);
    }
    simulation.runUntil(10_000);
    expect(costs).toEqual(Array.from({ length: 334 }, (_, index) => 3 * index));
    expect(informer.get('p')?.deletionCost).toBe(999);
  });
});
