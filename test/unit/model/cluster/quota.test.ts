import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { newPod } from '../../../../src/model/cluster/replica-set/new-pod.ts';
import { quotaAdmission } from '../../../../src/model/cluster/quota.ts';
import type { ResourceQuota } from '../../../../src/scenario/scenario.ts';
import { testCluster, testContainer, testTemplate } from './test-cluster.ts';

function withQuota(limits: Partial<ResourceQuota>): ClusterContext {
  const context = testCluster();
  const manifest: ResourceQuota = {
    kind: 'ResourceQuota',
    name: 'team',
    namespace: 'default',
    labels: {},
    annotations: {},
    file: 'quota.yaml',
    lines: {},
    pods: null,
    requestsCpuMilli: null,
    requestsMemoryBytes: null,
    ...limits,
  };
  context.api.seed({ kind: 'ResourceQuota', name: 'team', manifest }, -1000);
  context.api.admit(quotaAdmission(context));
  return context;
}

function podNamed(name: string, cpuMilli = 0, memoryBytes = 0) {
  return {
    ...newPod({
      name,
      owner: { kind: 'ReplicaSet', name: 'web-1' },
      deployment: 'web',
      template: testTemplate({ containers: [testContainer(cpuMilli, memoryBytes)] }),
      streamKey: name,
    }),
    kind: 'Pod' as const,
  };
}

function create({ api }: ClusterContext, ...pod: Parameters<typeof podNamed>): string {
  const result = api.commitCreate(podNamed(...pod));
  return result.ok ? 'created' : result.message;
}

describe('quotaAdmission (R-DEP-24)', () => {
  it('refuses the pod over the count in Kubernetes’ words', () => {
    const context = withQuota({ pods: 2 });
    expect([create(context, 'a'), create(context, 'b'), create(context, 'c')]).toEqual([
      'created',
      'created',
      'exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
    ]);
  });

  it('names every resource that is exceeded, in Kubernetes’ units', () => {
    const context = withQuota({ requestsCpuMilli: 2000, requestsMemoryBytes: 2 ** 30 });
    expect(create(context, 'a', 1500, 768 * 2 ** 20)).toBe('created');
    expect(create(context, 'b', 600, 512 * 2 ** 20)).toBe(
      'exceeded quota: team, requested: requests.cpu=600m,requests.memory=512Mi, ' +
        'used: requests.cpu=1500m,requests.memory=768Mi, limited: requests.cpu=2,requests.memory=1Gi',
    );
    expect(create(context, 'c', 600, 1)).toBe(
      'exceeded quota: team, requested: requests.cpu=600m, used: requests.cpu=1500m, limited: requests.cpu=2',
    );
    expect(create(context, 'd', 500, 2 ** 28)).toBe('created');
  });

  it('asks for requests where it limits them', () => {
    const context = withQuota({ requestsCpuMilli: 2000, requestsMemoryBytes: 2 ** 30 });
    expect(create(context, 'a', 100)).toBe('failed quota: team: must specify requests.memory for: app');
    expect(create(context, 'a')).toBe(
      'failed quota: team: must specify requests.cpu for: app; requests.memory for: app',
    );
  });

  it('charges a terminating pod until it is gone, or stuck for twice its grace', () => {
    const context = withQuota({ pods: 1 });
    context.api.seed({ ...podNamed('old'), nodeName: 'n', phase: 'Running' }, -1000);
    context.api.commitDeletePod('old', 30);
    context.simulation.runUntil(60_000);
    expect(create(context, 'new')).toContain('exceeded quota');
    context.simulation.runUntil(60_001);
    expect(create(context, 'new')).toBe('created');
  });

  it('charges nothing for pods that have ended, and frees what is removed', () => {
    const context = withQuota({ pods: 1 });
    context.api.seed({ ...podNamed('ended'), nodeName: 'n', phase: 'Failed' }, -1000);
    expect(create(context, 'a')).toBe('created');
    expect(create(context, 'b')).toContain('exceeded quota');
    context.api.commitRemove('Pod', 'a');
    expect(create(context, 'b')).toBe('created');
  });

  it('admits everything without a quota', () => {
    const context = testCluster();
    context.api.admit(quotaAdmission(context));
    expect(create(context, 'a')).toBe('created');
  });
});
