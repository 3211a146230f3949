import { array, assert, boolean, constantFrom, property, record, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointSliceObject } from '../../../../../src/model/cluster/objects.ts';
import {
  EndpointStates,
  sameUsable,
  type UsableEndpoints,
} from '../../../../../src/model/cluster/service-proxy/endpoint-states.ts';
import { newService } from '../endpoints/web-service.ts';

const NODES = [
  { name: 'a', zone: null },
  { name: 'b', zone: null },
] as const;

function sliceOf(name: string, pods: readonly string[], nodeName = 'a'): EndpointSliceObject {
  const conditions = { ready: true, serving: true, terminating: false };
  return {
    kind: 'EndpointSlice',
    name,
    uid: name,
    createdMs: 0,
    generation: 1,
    resourceVersion: 1,
    service: 'web',
    port: 8080,
    endpoints: pods.map((pod) => ({ pod, nodeName, ...conditions })),
  };
}

describe('EndpointStates', () => {
  it('gives nodes that have seen the same the very same answer under the Cluster policy', () => {
    const states = new EndpointStates();
    const { manifest } = newService();
    const slices = [sliceOf('web-1', ['p', 'q']), sliceOf('web-2', ['r'])];
    const [onA, onB] = NODES.map((node) => states.usable(manifest, [...slices], node));
    expect(onA).toMatchObject({ pods: ['p', 'q', 'r'], whenEmpty: 'drop' });
    expect(onB).toBe(onA);
    const changed = [sliceOf('web-1', ['q']), slices[1] as EndpointSliceObject];
    expect(states.usable(manifest, changed, NODES[1])).toMatchObject({ pods: ['q', 'r'], whenEmpty: 'drop' });
    expect(states.usable(manifest, slices, NODES[1])).toBe(onA);
  });

  it('tells nodes apart under the Local policy', () => {
    const states = new EndpointStates();
    const { manifest } = newService({ internalTrafficPolicy: 'Local' });
    const slices = [sliceOf('web-1', ['p'], 'a'), sliceOf('web-2', ['q'], 'b')];
    expect(NODES.map((node) => states.usable(manifest, slices, node).pods)).toEqual([['p'], ['q']]);
  });

  it('finds what one state has and another has not, in order', () => {
    const states = new EndpointStates();
    // Two versions of each slice, and pods that come and go; some slices stay the same.
    const version = record({
      pods: uniqueArray(constantFrom('p', 'q', 'r', 's', 't', 'u')),
      stays: boolean(),
    });
    assert(
      property(array(version, { maxLength: 4 }), array(version, { maxLength: 4 }), (older, newer) => {
        const from = usableOf(older.map(({ pods }) => pods));
        const parts = newer.map(({ pods, stays }, index) => (stays ? (from.parts[index] ?? pods) : pods));
        const to = usableOf(parts);
        expect(states.missing(from, to)).toEqual(from.pods.filter((pod) => !to.pods.includes(pod)));
        expect(sameUsable(from, to)).toBe(from.pods.join() === to.pods.join());
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('names a pod in one and the same text', () => {
    const states = new EndpointStates();
    expect([states.objectOf('p'), states.objectOf('p')]).toEqual(['pod/p', 'pod/p']);
  });
});

function usableOf(parts: readonly (readonly string[])[]): UsableEndpoints {
  return { pods: parts.flat(), parts, whenEmpty: 'drop' };
}
