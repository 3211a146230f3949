import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { BalancingSpec } from '../../../../src/model/data-plane.ts';
import { NodeBalancer } from '../../../../src/model/traffic/balancer.ts';

function balancer(spec: Partial<BalancingSpec>, pods: readonly number[]): NodeBalancer {
  const random = new RandomStreams(1).stream('balancing');
  const node = new NodeBalancer({ algorithm: 'random', affinity: null, ...spec }, random);
  node.setEndpoints({ pods, whenEmpty: 'reject' });
  return node;
}

const affinity = (timeoutMs: number, addressesMax = Number.POSITIVE_INFINITY): Partial<BalancingSpec> => ({
  affinity: { timeoutMs, addressesMax },
});

describe('balancer of a node', () => {
  it('spreads new connections uniformly and independently (R-KP-6)', () => {
    const node = balancer({}, [3, 5, 8, 9]);
    const counts = new Map<number, number>();
    let repeats = 0;
    let before = -1;
    for (let i = 0; i < 40_000; i++) {
      const pod = node.pick(i % 7, i);
      counts.set(pod, (counts.get(pod) ?? 0) + 1);
      if (pod === before) repeats++;
      before = pod;
    }
    // Binomial with p = 1/4: 5 sigma, one false alarm in 1.7 million each.
    for (const pod of [3, 5, 8, 9]) expect(Math.abs((counts.get(pod) ?? 0) - 10_000)).toBeLessThan(435);
    expect(Math.abs(repeats - 10_000)).toBeLessThan(435);
  });

  it('takes turns under round robin', () => {
    const node = balancer({ algorithm: 'round-robin' }, [3, 5, 8]);
    expect([1, 2, 3, 4].map((i) => node.pick(0, i))).toEqual([3, 5, 8, 3]);
    node.setEndpoints({ pods: [5], whenEmpty: 'reject' });
    expect([node.pick(0, 5), node.pick(0, 6)]).toEqual([5, 5]);
  });

  it('has nobody to pick without endpoints (R-KP-7)', () => {
    const node = balancer(affinity(1000), []);
    expect(node.pick(0, 0)).toBe(-1);
    node.setEndpoints({ pods: [4], whenEmpty: 'drop' });
    expect([node.pick(0, 1), node.whenEmpty]).toEqual([4, 'drop']);
  });

  it('keeps a client on its pod while each new connection comes within the timeout (R-KP-11)', () => {
    const pods = Array.from({ length: 1000 }, (_, pod) => pod);
    const node = balancer(affinity(100), pods);
    const first = node.pick(1, 0);
    for (let nowMs = 99; nowMs < 2000; nowMs += 99) expect(node.pick(1, nowMs)).toBe(first);
    // Once it has expired, one draw in a thousand would give the same pod; this seed's does not.
    expect(node.pick(1, 5000)).not.toBe(first);
  });

  it('forgets a pod that leaves the set, also when it comes back (R-KP-11)', () => {
    const node = balancer(affinity(1_000_000), [7]);
    expect(node.pick(1, 0)).toBe(7);
    const others = Array.from({ length: 1000 }, (_, pod) => pod + 100);
    node.setEndpoints({ pods: others, whenEmpty: 'reject' });
    node.setEndpoints({ pods: [7, ...others], whenEmpty: 'reject' });
    expect(node.pick(1, 2)).not.toBe(7);
  });

  it('remembers no more addresses of a pod than its list holds, the least recently used goes', () => {
    const node = balancer(affinity(1_000_000, 2), [7]);
    node.pick(1, 0);
    node.pick(2, 1);
    node.pick(1, 2);
    node.pick(3, 3);
    // 2 was forgotten; among many pods it will hardly meet the same one again, while 1 and 3 stay.
    const others = Array.from({ length: 1000 }, (_, pod) => pod + 100);
    node.setEndpoints({ pods: [7, ...others], whenEmpty: 'reject' });
    expect(node.pick(1, 4)).toBe(7);
    expect(node.pick(3, 5)).toBe(7);
    expect(node.pick(2, 6)).not.toBe(7);
  });

  it('keeps a list for each pod', () => {
    const pods = Array.from({ length: 1000 }, (_, pod) => pod);
    const node = balancer(affinity(1_000_000, 2), pods);
    const first = Array.from({ length: 50 }, (_, client) => node.pick(client, client));
    const again = Array.from({ length: 50 }, (_, client) => node.pick(client, 100 + client));
    const kept = first.filter((pod, client) => pod === again[client]).length;
    expect(kept).toBeGreaterThan(40);
  });

  it('tells whom an address is bound to, until its timeout has passed without a new connection (R-KP-11)', () => {
    const node = balancer(affinity(100), [3, 5]);
    expect(node.hasAffinity).toBe(true);
    expect(node.affinityOf(7, 0)).toBe(-1);
    const pod = node.pick(7, 0);
    expect([node.affinityOf(7, 99), node.affinityOf(7, 100), node.affinityOf(8, 0)]).toEqual([pod, -1, -1]);
  });

  it('binds an address to the pod that a connection was sent to, and to no other any more', () => {
    const node = balancer(affinity(100), [3, 5]);
    node.bind(7, 5, 0);
    expect(node.pick(7, 50)).toBe(5);
    // Refreshed by the pick.
    expect(node.affinityOf(7, 149)).toBe(5);
    node.bind(7, 3, 149);
    expect(node.affinityOf(7, 150)).toBe(3);
    // The pod that it was bound to before takes nothing along when it leaves.
    node.setEndpoints({ pods: [3], whenEmpty: 'reject' });
    expect(node.affinityOf(7, 150)).toBe(3);
    node.setEndpoints({ pods: [5], whenEmpty: 'reject' });
    expect(node.affinityOf(7, 150)).toBe(-1);
  });

  it('gives up the address that a full list has seen longest ago when another one is bound', () => {
    const node = balancer(affinity(1000, 2), [3]);
    node.bind(1, 3, 0);
    node.bind(2, 3, 10);
    node.bind(1, 3, 20);
    node.bind(4, 3, 30);
    expect([1, 2, 4].map((client) => node.affinityOf(client, 40))).toEqual([3, -1, 3]);
  });

  it('binds nothing without affinity', () => {
    const node = balancer({}, [3, 5]);
    expect(node.hasAffinity).toBe(false);
    node.bind(7, 5, 0);
    expect(node.affinityOf(7, 0)).toBe(-1);
  });
});
