import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeObject, PodObject } from '../../../../../src/model/cluster/objects.ts';
import { SchedulerCache } from '../../../../../src/model/cluster/scheduling/scheduler-cache.ts';
import { newPod } from '../endpoints/web-service.ts';
import { testNode, testTemplate } from '../test-cluster.ts';

const NODES = [testNode('node-1'), testNode('node-2')];

const step = record({
  kind: constantFrom('changed', 'changed', 'gone', 'assumed', 'forgotten'),
  pod: nat({ max: 5 }),
  nodeName: constantFrom(null, 'node-1', 'node-2', 'node-unknown'),
  phase: constantFrom('Running', 'Running', 'Failed' as const),
  deletionMs: constantFrom(null, null, 5),
});

function podOf(name: string, overrides: Partial<PodObject>): PodObject {
  return { ...newPod(name, overrides), uid: name, createdMs: 0, generation: 1, resourceVersion: 1 };
}

describe('SchedulerCache', () => {
  it('counts on each node what a look at every pod would count (R-SCH-1)', () => {
    assert(
      property(array(step, { maxLength: 40 }), (steps) => {
        const cache = new SchedulerCache(NODES);
        const pods = new Map<string, PodObject>();
        const assumed = new Map<string, string>();
        for (const { kind, pod: index, nodeName, ...overrides } of steps) {
          const name = `web-${index}`;
          if (kind === 'changed') {
            const pod = podOf(name, { nodeName, ...overrides });
            pods.set(name, pod);
            cache.podChanged(name, pod);
          } else if (kind === 'gone') {
            pods.delete(name);
            cache.podChanged(name, null);
          } else if (kind === 'assumed') {
            assumed.set(name, nodeName ?? 'node-1');
            cache.assume(name, nodeName ?? 'node-1');
          } else {
            assumed.delete(name);
            cache.forget(name);
          }
          for (const node of cache.nodes(() => undefined)) {
            const there = [...pods.values()].filter(
              (pod) => pod.phase !== 'Failed' && (assumed.get(pod.name) ?? pod.nodeName) === node.spec.name,
            );
            expect(node.podCount).toBe(there.length);
            expect(node.siblingsOf(podOf('other', {}))).toBe(
              there.filter(({ deletionMs }) => deletionMs === null).length,
            );
          }
        }
      }),
      { seed: 4_200, numRuns: 200 },
    );
  });

  it('adds up what the pods request, and takes it away again', () => {
    const cache = new SchedulerCache(NODES);
    const empty = cache.nodes(() => undefined)[0]?.requested;
    const [container] = testTemplate().containers;
    if (container === undefined) throw new Error('a template has a container');
    const requests = { cpuMilli: 250, memoryBytes: 1000 };
    const template = testTemplate({ containers: [{ ...container, requests }] });
    cache.podChanged('web-1', podOf('web-1', { nodeName: 'node-1', template }));
    const [first] = cache.nodes(() => undefined);
    expect(first?.requested).toEqual(requests);
    cache.assume('web-2', 'node-1');
    cache.podChanged('web-2', podOf('web-2', { nodeName: null, template }));
    expect(first?.requested).toEqual({ cpuMilli: 500, memoryBytes: 2000 });
    cache.forget('web-2');
    cache.podChanged('web-1', null);
    expect(first?.requested).toEqual(empty);
  });

  it('closes a node that is known to be closed', () => {
    const cache = new SchedulerCache(NODES);
    const cordoned = { unschedulable: true, taints: [] } as unknown as NodeObject;
    const nodes = cache.nodes((name) => (name === 'node-2' ? cordoned : undefined));
    expect(nodes.map(({ closed }) => closed)).toEqual([null, 'node(s) were unschedulable']);
  });
});
