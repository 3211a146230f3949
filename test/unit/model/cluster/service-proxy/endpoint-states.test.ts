import { assert, constantFrom, property, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointSliceObject } from '../../../../../src/model/cluster/objects.ts';
import { EndpointStates } from '../../../../../src/model/cluster/service-proxy/endpoint-states.ts';
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
    expect(onA).toEqual({ pods: ['p', 'q', 'r'], whenEmpty: 'drop' });
    expect(onB).toBe(onA);
    const changed = [sliceOf('web-1', ['q']), slices[1] as EndpointSliceObject];
    expect(states.usable(manifest, changed, NODES[1])).toEqual({ pods: ['q', 'r'], whenEmpty: 'drop' });
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
    const pods = uniqueArray(constantFrom('p', 'q', 'r', 's', 't', 'u'));
    assert(
      property(pods, pods, (from, to) => {
        const found = states.missing({ pods: from, whenEmpty: 'drop' }, { pods: to, whenEmpty: 'drop' });
        expect(found).toEqual(from.filter((pod) => !to.includes(pod)));
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
