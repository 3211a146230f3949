import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../../src/kernel/random.ts';
import type { NodeSpec } from '../../../../../src/scenario/scenario.ts';
import { chooseNode, type NodeChoice } from '../../../../../src/model/cluster/scheduling/choose-node.ts';
import { NodeInfo, type SchedulablePod } from '../../../../../src/model/cluster/scheduling/node-info.ts';
import { scoreNodes } from '../../../../../src/model/cluster/scheduling/score-nodes.ts';
import { settledPlacement } from '../../../../../src/model/cluster/scheduling/settled-placement.ts';
import { testContainer, testNode, testTemplate } from '../test-cluster.ts';

const GI = 2 ** 30;

function pod(name: string, cpuMilli = 0, memoryBytes = 0, owner = 'web-1'): SchedulablePod {
  const template = testTemplate({ containers: [testContainer(cpuMilli, memoryBytes)] });
  return { name, owner: { kind: 'ReplicaSet', name: owner }, template, deletionMs: null };
}

function wanting(nodeSelector: Record<string, string>): SchedulablePod {
  return { ...pod('p'), template: testTemplate({ nodeSelector }) };
}

function node(name: string, pods: SchedulablePod[] = [], overrides: Partial<NodeSpec> = {}): NodeInfo {
  const info = new NodeInfo(testNode(name, overrides));
  for (const each of pods) info.add(each);
  return info;
}

function choose(candidate: SchedulablePod, nodes: NodeInfo[], seed = 1): NodeChoice {
  return chooseNode(candidate, nodes, new RandomStreams(seed).stream('test'));
}

describe('chooseNode filters (R-SCH-1)', () => {
  it('says in kubectl’s words why no node fits', () => {
    const full = node('c', [], { podsMax: 0 });
    const nodes = [node('a', [pod('x', 3900)]), node('b', [pod('y', 3900, 15.5 * GI)]), full];
    expect(choose(pod('p', 200, GI), nodes)).toEqual({
      nodeName: null,
      reason: '0/3 nodes are available: 1 Insufficient memory, 1 Too many pods, 2 Insufficient cpu.',
    });
  });

  it('fits to the last milli-CPU, and fits a pod without requests on a full node', () => {
    const nodes = [node('a', [pod('x', 3900)])];
    expect(choose(pod('p', 100), nodes).nodeName).toBe('a');
    expect(choose(pod('p', 101), nodes).nodeName).toBeNull();
    expect(choose(pod('p'), [node('a', [pod('x', 4000, 16 * GI)])]).nodeName).toBe('a');
  });

  it('counts pods that are terminating: they hold their share to the end', () => {
    const nodes = [node('a', [{ ...pod('x', 3900), deletionMs: 5 }])];
    expect(choose(pod('p', 200), nodes).nodeName).toBeNull();
  });

  it('obeys a nodeSelector on name and zone', () => {
    const nodes = [node('a', [], { zone: 'z1' }), node('b', [], { zone: 'z2' })];
    expect(choose(wanting({ 'topology.kubernetes.io/zone': 'z2' }), nodes).nodeName).toBe('b');
    expect(choose(wanting({ 'kubernetes.io/hostname': 'a' }), nodes).nodeName).toBe('a');
    expect(choose(wanting({ disk: 'ssd' }), nodes).reason).toBe(
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    );
  });
});

describe('chooseNode scores', () => {
  it('computes what the default plugins compute', () => {
    // Node a: 1000 of 4000 mCPU and 4 of 16 GiB are taken, by pods of another ReplicaSet.
    const nodes = [node('a', [pod('x', 1000, 4 * GI, 'other')]), node('b', [pod('s', 500, 4 * GI)])];
    // Least allocated: a (50+50)/2, b (62+50)/2. Balanced: a 75 (no change), b 50+⌊(50+93−93)/2⌋ … by hand:
    // b before |0.125−0.25|/2 = 0.0625 → 93; after |0.375−0.5|/2 = 0.0625 → 93; so 75 as well.
    // Spread: a 0·ln4+2 = 2, b round(1·ln4+2) = 3 → a ⌊100·(3+2−2)/3⌋ = 100, b ⌊100·2/3⌋ = 66.
    expect(scoreNodes(pod('p', 1000, 4 * GI), nodes, nodes)).toEqual([50 + 75 + 200, 56 + 75 + 132]);
  });

  it('prefers the emptier node, and a node with no sibling to an emptier one', () => {
    expect(choose(pod('p', 100), [node('a', [pod('x', 2000, 0, 'other')]), node('b')]).nodeName).toBe('b');
    const sibling = node('a', [pod('s', 100)]);
    const busier = node('b', [pod('x', 1500, 6 * GI, 'other')]);
    expect(choose(pod('p', 100), [sibling, busier]).nodeName).toBe('b');
  });

  it('does not count the old version’s or terminating pods as siblings (R-SCH-4)', () => {
    const old = node('a', [pod('o', 100, 0, 'web-0'), { ...pod('t', 100), deletionMs: 1 }]);
    const sibling = node('b', [pod('s', 200)]);
    expect(choose(pod('p', 100), [old, sibling]).nodeName).toBe('a');
  });

  it('spreads over zones too', () => {
    const nodes = [
      node('a1', [pod('s1'), pod('s2')], { zone: 'a' }),
      node('a2', [], { zone: 'a' }),
      node('b1', [pod('x', 0, 0, 'other'), pod('y', 0, 0, 'other')], { zone: 'b' }),
    ];
    expect(choose(pod('p'), nodes).nodeName).toBe('b1');
  });

  it('takes equally good nodes at random, the same for the same stream', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name));
    const names = Array.from({ length: 300 }, (_, seed) => choose(pod('p'), nodes, seed).nodeName);
    for (const name of ['a', 'b', 'c']) {
      expect(names.filter((chosen) => chosen === name).length).toBeGreaterThan(60);
    }
    expect(choose(pod('p'), nodes, 5)).toEqual(choose(pod('p'), nodes, 5));
  });

  it('places the settled state evenly', () => {
    const place = settledPlacement(
      ['a', 'b', 'c'].map((name) => testNode(name)),
      new RandomStreams(1),
    );
    const counts = new Map<string | null, number>();
    for (let i = 0; i < 20; i++) {
      const nodeName = place({ ...pod(`p${i}`, 500), streamKey: `web.0.${i}` });
      counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
    }
    expect([...counts.values()].toSorted((a, b) => a - b)).toEqual([6, 7, 7]);
    const small = settledPlacement([testNode('a', { podsMax: 1 })], new RandomStreams(1));
    expect([1, 2].map((i) => small({ ...pod(`p${i}`), streamKey: `s${i}` }))).toEqual(['a', null]);
  });
});
