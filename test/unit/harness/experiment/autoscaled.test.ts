import { expect, test } from 'vitest';
import { autoscaled } from '../../../../src/harness/experiment/autoscaled.ts';
import type { AppliedObject } from '../../../../src/harness/kubernetes/client.ts';

const AUTOSCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'any' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'checkout' }, minReplicas: 2 },
};

interface Manifest extends AppliedObject {
  readonly spec: unknown;
}

function deployment(name: string, spec: unknown): Manifest {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

test('an autoscaler takes over the replicas of its target, and nothing else of it', () => {
  const objects = [deployment('checkout', { replicas: 20, template: {} }), AUTOSCALER];
  expect(autoscaled(objects)).toEqual([deployment('checkout', { replicas: 20 })]);
});

test('it leaves others alone, and a target that gives no number', () => {
  expect(autoscaled([deployment('other', { replicas: 20 }), AUTOSCALER])).toEqual([]);
  expect(autoscaled([deployment('checkout', {}), AUTOSCALER])).toEqual([]);
  expect(autoscaled([deployment('checkout', { replicas: 20 })])).toEqual([]);
});
