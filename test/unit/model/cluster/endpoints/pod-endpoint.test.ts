import { describe, expect, it } from 'vitest';
import {
  endpointConditions,
  isListed,
  targetPortOn,
} from '../../../../../src/model/cluster/endpoints/pod-endpoint.ts';
import type { PodObject } from '../../../../../src/model/cluster/objects.ts';
import { testContainer, testTemplate } from '../test-cluster.ts';
import { newPod } from './web-service.ts';

const pod = (overrides: Parameters<typeof newPod>[1] = {}): PodObject => ({
  ...newPod('web-0', overrides),
  uid: 'u',
  createdMs: 0,
  generation: 1,
  resourceVersion: 1,
});

describe('endpointConditions (R-EPS-1)', () => {
  it.each([
    { ready: true, deletionMs: null, expected: { ready: true, serving: true, terminating: false } },
    { ready: false, deletionMs: null, expected: { ready: false, serving: false, terminating: false } },
    { ready: true, deletionMs: 0, expected: { ready: false, serving: true, terminating: true } },
    { ready: false, deletionMs: 0, expected: { ready: false, serving: false, terminating: true } },
  ])('of a pod with ready $ready and deletion $deletionMs', ({ expected, ...of }) => {
    expect(endpointConditions(of, false)).toEqual(expected);
  });

  it('keeps ready true to the end with publishNotReadyAddresses (R-KP-14)', () => {
    expect(endpointConditions({ ready: false, deletionMs: 5 }, true)).toEqual({
      ready: true,
      serving: false,
      terminating: true,
    });
  });
});

describe('isListed (R-EPS-2)', () => {
  it('lists pods with an address until their phase is terminal', () => {
    expect(isListed(pod({ phase: 'Pending' }))).toBe(true);
    expect(isListed(pod({ hasIp: false }))).toBe(false);
    expect(isListed(pod({ phase: 'Failed' }))).toBe(false);
    expect(isListed(pod({ phase: 'Succeeded' }))).toBe(false);
  });

  it('keeps terminating pods, unless told otherwise', () => {
    expect(isListed(pod({ deletionMs: 0 }))).toBe(true);
    expect(isListed(pod({ deletionMs: 0 }), false)).toBe(false);
  });
});

describe('targetPortOn', () => {
  const http = [{ name: 'http', containerPort: 8081 }];

  it('finds a named port in the containers first, then in sidecars', () => {
    const sidecar = testContainer(0, 0, { sidecar: true, ports: [{ name: 'http', containerPort: 15000 }] });
    const inBoth = pod({
      template: testTemplate({
        containers: [testContainer(0, 0, { ports: http })],
        initContainers: [sidecar],
      }),
    });
    expect(targetPortOn(inBoth, 'http')).toBe(8081);
    expect(targetPortOn(pod({ template: testTemplate({ initContainers: [sidecar] }) }), 'http')).toBe(15000);
  });

  it('takes numbers as they are, and knows no port of another name', () => {
    expect(targetPortOn(pod(), 9090)).toBe(9090);
    expect(targetPortOn(pod(), 'http')).toBeNull();
    const init = testContainer(0, 0, { ports: http });
    expect(targetPortOn(pod({ template: testTemplate({ initContainers: [init] }) }), 'http')).toBeNull();
  });
});
