import { describe, expect, it } from 'vitest';
import {
  planSlices,
  type ExistingSlice,
  type SlicePlan,
} from '../../../../../src/model/cluster/endpoints/slice-plan.ts';
import type { Endpoint } from '../../../../../src/model/cluster/objects.ts';

const endpoint = (pod: string, overrides: Partial<Endpoint> = {}): Endpoint => ({
  pod,
  nodeName: 'worker-1',
  ready: true,
  serving: true,
  terminating: false,
  ...overrides,
});
const pods = (from: number, to: number): Endpoint[] =>
  Array.from({ length: to - from }, (_, index) => endpoint(`p${from + index}`));
const slice = (name: string, endpoints: readonly Endpoint[], port: number | null = 80): ExistingSlice => ({
  name,
  resourceVersion: 1,
  port,
  endpoints,
});
const on80 = (endpoints: readonly Endpoint[]): ReadonlyMap<number | null, readonly Endpoint[]> =>
  new Map([[80, endpoints]]);

function shape({ creates, updates, deletes }: SlicePlan): unknown {
  return {
    creates: creates.map(({ endpoints }) => endpoints.length),
    updates: updates.map(({ name, endpoints }) => `${name}:${endpoints.length}`),
    deletes: deletes.map(({ name }) => name),
  };
}

describe('planSlices (R-EPS-5)', () => {
  it('writes nothing when the slices say what they should', () => {
    expect(shape(planSlices([slice('a', pods(0, 3))], on80(pods(0, 3)), 100))).toEqual({
      creates: [],
      updates: [],
      deletes: [],
    });
  });

  it('changes up to 100 endpoints with one write', () => {
    const desired = [endpoint('p0', { ready: false, terminating: true }), ...pods(2, 6)];
    const plan = planSlices([slice('a', pods(0, 3))], on80(desired), 100);
    expect(shape(plan)).toEqual({ creates: [], updates: ['a:5'], deletes: [] });
    expect(plan.updates[0]?.endpoints.map(({ pod }) => pod)).toEqual(['p0', 'p2', 'p3', 'p4', 'p5']);
    expect(plan.updates[0]?.resourceVersion).toBe(1);
  });

  it('swaps all pods by one update of the slice that would be deleted (R-BG-1)', () => {
    const plan = planSlices([slice('a', pods(0, 3))], on80(pods(10, 14)), 100);
    expect(shape(plan)).toEqual({ creates: [], updates: ['a:4'], deletes: [] });
    expect(plan.updates[0]?.resourceVersion).toBeNull();
  });

  it('fills slices that are written anyway first, the fullest before the others', () => {
    const existing = [slice('a', pods(0, 4)), slice('b', pods(10, 13))];
    const desired = [...pods(0, 3), ...pods(10, 12), ...pods(20, 23)];
    expect(shape(planSlices(existing, on80(desired), 4))).toEqual({
      creates: [],
      updates: ['a:4', 'b:4'],
      deletes: [],
    });
  });

  it('puts what is left into the unchanged slice that it fits most tightly', () => {
    const existing = [slice('a', pods(0, 2)), slice('b', pods(10, 16)), slice('c', pods(20, 29))];
    const desired = [...existing.flatMap(({ endpoints }) => endpoints), ...pods(40, 43)];
    expect(shape(planSlices(existing, on80(desired), 10))).toEqual({
      creates: [],
      updates: ['b:9'],
      deletes: [],
    });
  });

  it('creates slices for what fits nowhere', () => {
    const existing = [slice('a', pods(0, 8))];
    const desired = [...pods(0, 8), ...pods(20, 45)];
    // 25 more: two full slices, and the 5 left do not fit beside the 8.
    expect(shape(planSlices(existing, on80(desired), 10))).toEqual({
      creates: [10, 10, 5],
      updates: [],
      deletes: [],
    });
  });

  it('deletes slices that have emptied, but keeps one', () => {
    const existing = [slice('a', pods(0, 2)), slice('b', pods(10, 12))];
    expect(shape(planSlices(existing, on80(pods(0, 2)), 2))).toEqual({
      creates: [],
      updates: [],
      deletes: ['b'],
    });
    const emptied = planSlices(existing, new Map(), 2);
    expect(shape(emptied)).toEqual({ creates: [], updates: ['a:0'], deletes: ['b'] });
    expect(emptied.updates[0]?.port).toBeNull();
  });

  it('leaves the one empty slice of an empty Service alone, and creates it for a new one', () => {
    expect(shape(planSlices([slice('a', [], null)], new Map(), 100))).toEqual({
      creates: [],
      updates: [],
      deletes: [],
    });
    expect(shape(planSlices([], new Map(), 100))).toEqual({ creates: [0], updates: [], deletes: [] });
    expect(shape(planSlices([slice('a', [], null)], on80(pods(0, 2)), 100))).toEqual({
      creates: [],
      updates: ['a:2'],
      deletes: [],
    });
  });

  it('never puts pods with different ports into one slice', () => {
    const desired = new Map([
      [80, pods(0, 2)],
      [81, pods(10, 11)],
    ]);
    const plan = planSlices([slice('a', pods(0, 3))], desired, 100);
    expect(shape(plan)).toEqual({ creates: [1], updates: ['a:2'], deletes: [] });
    expect(plan.creates[0]?.port).toBe(81);
  });
});
