import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { newPod } from '../../../../src/model/cluster/replica-set/new-pod.ts';
import { Scheduler } from '../../../../src/model/cluster/scheduler.ts';
import {
  constantProfile,
  start,
  testCluster,
  testContainer,
  testNode,
  testTemplate,
} from './test-cluster.ts';

function podNamed(name: string, cpuMilli: number) {
  return {
    ...newPod({
      name,
      owner: { kind: 'ReplicaSet', name: 'web-1' },
      deployment: 'web',
      template: testTemplate({ containers: [testContainer(cpuMilli)] }),
      streamKey: name,
    }),
    kind: 'Pod' as const,
  };
}

const facts = ({ timeline }: ClusterContext): string[] =>
  timeline.events.map(
    (event) => `${event.timeMs} ${event.kind} ${event.object} ${event.node ?? event.detail}`,
  );

const oneNode = { nodes: [testNode('worker-1')], profile: constantProfile(10) };

describe('Scheduler', () => {
  it('schedules one pod after another and binds each beside it (R-POD-1)', () => {
    const context = testCluster(oneNode);
    start(context, Scheduler);
    for (const name of ['a', 'b']) context.api.commitCreate(podNamed(name, 100));
    context.simulation.runUntil(1000);
    // Watch 10, cycle 10, half a call 5; the second cycle begins when the first ends.
    expect(facts(context)).toEqual(['25 pod-scheduled pod/a worker-1', '35 pod-scheduled pod/b worker-1']);
    expect(context.api.read('Pod', 'b')?.nodeName).toBe('worker-1');
  });

  it('takes into account what it has bound but not yet seen', () => {
    const context = testCluster(oneNode);
    start(context, Scheduler);
    for (const name of ['a', 'b', 'c']) context.api.commitCreate(podNamed(name, 1500));
    context.simulation.runUntil(1000);
    expect(facts(context)).toEqual([
      '25 pod-scheduled pod/a worker-1',
      '35 pod-scheduled pod/b worker-1',
      '40 pod-unschedulable pod/c 0/1 nodes are available: 1 Insufficient cpu.',
    ]);
  });

  it('gives a terminating pod’s room away only when its object is gone (R-SCH-1, R-SCH-2)', () => {
    const context = testCluster(oneNode);
    const old = { ...podNamed('old', 3000), nodeName: 'worker-1', phase: 'Running' as const, ready: true };
    context.api.seed(old, -1000);
    start(context, Scheduler);
    context.api.commitCreate(podNamed('new', 3000));
    context.simulation.at(1000, () => {
      context.api.commitDeletePod('old', null);
    });
    context.simulation.runUntil(30_000);
    expect(context.api.read('Pod', 'new')?.nodeName).toBeNull();
    context.api.commitRemove('Pod', 'old');
    context.simulation.runUntil(31_000);
    expect(facts(context).at(-1)).toBe('30025 pod-scheduled pod/new worker-1');
  });

  it('frees the room of a pod that has ended', () => {
    const context = testCluster(oneNode);
    context.api.seed({ ...podNamed('old', 3000), nodeName: 'worker-1', phase: 'Running' }, -1000);
    start(context, Scheduler);
    context.api.commitCreate(podNamed('new', 3000));
    context.simulation.at(9000, () => {
      context.api.commitUpdate('Pod', 'old', (pod) => ({ ...pod, phase: 'Failed' }));
    });
    context.simulation.runUntil(10_000);
    expect(context.api.read('Pod', 'new')?.nodeName).toBe('worker-1');
  });

  it('says once why a pod fits nowhere, and keeps it pending without end (R-SCH-3)', () => {
    const context = testCluster(oneNode);
    start(context, Scheduler);
    context.api.commitCreate(podNamed('big', 9000));
    context.simulation.runUntil(3_600_000);
    expect(facts(context)).toHaveLength(1);
    expect(context.api.read('Pod', 'big')?.phase).toBe('Pending');
  });

  it('finds pending pods of the settled state and drops pods that go before they are bound', () => {
    const context = testCluster(oneNode);
    start(context, Scheduler);
    context.api.seed(podNamed('settled', 100), -1000);
    context.api.commitCreate(podNamed('gone', 4000));
    context.simulation.at(24, () => {
      context.api.commitRemove('Pod', 'gone');
    });
    context.simulation.runUntil(1000);
    expect(context.api.read('Pod', 'settled')?.nodeName).toBe('worker-1');
    context.api.commitCreate(podNamed('late', 3900));
    context.simulation.runUntil(2000);
    expect(context.api.read('Pod', 'late')?.nodeName).toBe('worker-1');
  });

  it('is limited to 50 bindings a second after 100 (R-GEN-4)', () => {
    const nodes = ['a', 'b'].map((name) => testNode(name));
    const context = testCluster({ nodes, profile: constantProfile(1) });
    start(context, Scheduler);
    for (let i = 0; i < 200; i++) context.api.commitCreate(podNamed(`p${i}`, 1));
    context.simulation.runUntil(100_000);
    const scheduled = context.timeline.events.filter((event) => event.kind === 'pod-scheduled');
    expect(scheduled).toHaveLength(200);
    expect(scheduled.at(-1)?.timeMs).toBeGreaterThan(1900);
    expect(scheduled.at(-1)?.timeMs).toBeLessThan(2100);
  });
});
