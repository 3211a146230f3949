import { describe, expect, it } from 'vitest';
import { requestsOf } from '../../../../src/model/cluster/pod-resources.ts';
import { testContainer, testTemplate } from './test-cluster.ts';

describe('requestsOf (R-SCH-1)', () => {
  it('adds containers and sidecars', () => {
    const template = testTemplate({
      containers: [testContainer(100, 10), testContainer(200, 20)],
      initContainers: [testContainer(50, 5, { sidecar: true })],
    });
    expect(requestsOf(template)).toEqual({ cpuMilli: 350, memoryBytes: 35 });
  });

  it('takes an init container that needs more, with the sidecars started before it', () => {
    const template = testTemplate({
      containers: [testContainer(100, 10)],
      initContainers: [
        testContainer(300, 1),
        testContainer(50, 5, { sidecar: true }),
        testContainer(260, 1),
        testContainer(20, 40, { sidecar: true }),
      ],
    });
    expect(requestsOf(template)).toEqual({ cpuMilli: 310, memoryBytes: 55 });
  });
});
