import { describe, expect, it } from 'vitest';
import { ReplicaSetController } from '../../../../../src/model/cluster/replica-set/replica-set-controller.ts';
import { newPodOf } from '../../../../../src/model/cluster/replica-set/new-pod.ts';
import type { ClusterContext } from '../../../../../src/model/cluster/cluster-context.ts';
import type { PodObject, ReplicaSetObject } from '../../../../../src/model/cluster/objects.ts';
import type { TimelineEventKind } from '../../../../../src/record.ts';
import {
  constantProfile,
  scaleReplicaSet,
  start,
  testCluster,
  testReplicaSet,
  type TestClusterOptions,
} from '../test-cluster.ts';

function started(replicas: number, options: TestClusterOptions = {}): ClusterContext {
  const context = testCluster({ profile: constantProfile(10), ...options });
  context.api.seed(testReplicaSet({ replicas }), -1000);
  start(context, ReplicaSetController);
  return context;
}

const pods = ({ api }: ClusterContext): PodObject[] => [...api.readAll('Pod').values()];
const active = (context: ClusterContext): PodObject[] =>
  pods(context).filter((pod) => pod.deletionMs === null && pod.phase !== 'Failed');
const status = ({ api }: ClusterContext): ReplicaSetObject['status'] | undefined =>
  api.read('ReplicaSet', 'web-1')?.status;

function times({ timeline }: ClusterContext, kind: TimelineEventKind): number[] {
  return timeline.events.filter((event) => event.kind === kind).map((event) => event.timeMs);
}

/** Puts every pod on a node, running and ready, at this instant. */
function allRun(context: ClusterContext): void {
  for (const { name } of active(context)) {
    context.api.commitUpdate('Pod', name, (pod) => ({
      ...pod,
      nodeName: 'worker-1',
      phase: 'Running',
      ready: true,
      readyTransitionMs: Math.floor(context.simulation.nowMs / 1000) * 1000,
    }));
  }
}

function timelineOf(seed: number): unknown {
  const context = testCluster({ seed });
  context.api.seed(testReplicaSet({ replicas: 9 }), -1000);
  start(context, ReplicaSetController);
  context.simulation.runUntil(10_000);
  return context.timeline.events;
}

describe('ReplicaSetController', () => {
  it('creates in batches that double, each a round trip long (R-RS-1)', () => {
    const context = started(15);
    context.simulation.runUntil(2000);
    // One sync takes 10 ms; a call is stored after 5 ms and answered after 10.
    const batches = [15, 25, 25, 35, 35, 35, 35, ...Array.from({ length: 8 }, () => 45)];
    expect(times(context, 'pod-created')).toEqual(batches);
    expect(new Set(pods(context).map((pod) => pod.name)).size).toBe(15);
  });

  it('is held back by its client, events included (R-GEN-4)', () => {
    const context = started(100, { profile: constantProfile(1) });
    context.simulation.runUntil(60_000);
    const created = times(context, 'pod-created');
    expect(created).toHaveLength(100);
    // 100 pods and 25 events, of which some are posted only afterwards, through 30 + 20 per second.
    expect(created.at(-1)).toBeGreaterThan(3500);
    expect(created.at(-1)).toBeLessThan(4750);
  });

  it('creates at most 500 pods in one sync, and then the rest (R-RS-1)', () => {
    const context = started(510, { profile: constantProfile(1) });
    context.simulation.runUntil(100_000);
    expect(pods(context)).toHaveLength(510);
  });

  it('does nothing more until it has seen what it created (R-RS-3)', () => {
    const context = started(4);
    // A change of the ReplicaSet wakes it while its pods are still on their way to its cache.
    for (const timeMs of [21, 31, 41]) {
      context.simulation.at(timeMs, () => {
        context.api.commitUpdate('ReplicaSet', 'web-1', (current) => ({ ...current, revision: timeMs }));
      });
    }
    context.simulation.runUntil(5000);
    expect(times(context, 'pod-created')).toHaveLength(4);
  });

  it('deletes all at once with the pods’ own grace (R-RS-2)', () => {
    const context = started(6);
    context.simulation.runUntil(1000);
    allRun(context);
    context.simulation.runUntil(2000);
    scaleReplicaSet(context, 'web-1', 2);
    context.simulation.runUntil(3000);
    expect(new Set(times(context, 'pod-terminating')).size).toBe(1);
    expect(times(context, 'pod-terminating')).toHaveLength(4);
    const terminating = pods(context).filter((pod) => pod.deletionMs !== null);
    expect(terminating.map((pod) => pod.deletionGraceSeconds)).toEqual([30, 30, 30, 30]);
    expect(status(context)).toMatchObject({ replicas: 2, terminatingReplicas: 4, availableReplicas: 2 });
  });

  it('reports the pods from before its own deletions first (R-RS-4)', () => {
    const context = started(6);
    context.simulation.runUntil(1000);
    allRun(context);
    context.simulation.runUntil(2000);
    const seen: (number | undefined)[] = [];
    context.api.observe((object) => {
      if (object?.kind === 'ReplicaSet' && object.status.observedGeneration === 2)
        seen.push(object.status.availableReplicas);
    });
    scaleReplicaSet(context, 'web-1', 2);
    context.simulation.runUntil(3000);
    expect(seen).toEqual([6, 2]);
  });

  it('prefers pods that have no node or are not ready (R-RS-5)', () => {
    const context = started(4);
    context.simulation.runUntil(1000);
    const [first, second] = pods(context) as [PodObject, PodObject];
    for (const { name } of [first, second]) {
      context.api.commitUpdate('Pod', name, (pod) => ({ ...pod, nodeName: 'worker-1', phase: 'Running' }));
    }
    context.api.commitUpdate('Pod', second.name, (pod) => ({ ...pod, ready: true, readyTransitionMs: 0 }));
    context.simulation.runUntil(2000);
    scaleReplicaSet(context, 'web-1', 1);
    context.simulation.runUntil(3000);
    expect(active(context).map((pod) => pod.name)).toEqual([second.name]);
    // Without a node there is nothing to wait for.
    expect(times(context, 'pod-gone')).toHaveLength(2);
  });

  it.each<[string, Partial<PodObject>]>([
    ['terminating', { deletionMs: 1000, deletionGraceSeconds: 30 }],
    ['failed', { phase: 'Failed' }],
  ])('replaces a %s pod at once, without waiting for it to go (R-RS-6)', (_, change) => {
    const context = started(3);
    context.simulation.runUntil(1000);
    allRun(context);
    const [first] = pods(context) as [PodObject];
    context.api.commitUpdate('Pod', first.name, (pod) => ({ ...pod, ...change }));
    context.simulation.runUntil(1500);
    expect(times(context, 'pod-created').at(-1)).toBeLessThan(1100);
    expect([active(context).length, pods(context).length]).toEqual([3, 4]);
    expect(active(context).map((pod) => pod.streamKey)).toContain('web.0.3');
  });

  it('keeps the pods of a lost node, which are not ready but active (R-RS-7)', () => {
    const context = started(3);
    context.simulation.runUntil(1000);
    allRun(context);
    const [first] = pods(context) as [PodObject];
    context.api.commitUpdate('Pod', first.name, (pod) => ({ ...pod, ready: false }));
    context.simulation.runUntil(200_000);
    expect(pods(context)).toHaveLength(3);
    expect(status(context)).toMatchObject({ replicas: 3, readyReplicas: 2 });
  });

  it('sees availability by itself once minReadySeconds are over (R-DEP-10)', () => {
    const context = testCluster({ profile: constantProfile(10) });
    context.api.seed(testReplicaSet({ replicas: 2, minReadySeconds: 5 }), -1000);
    start(context, ReplicaSetController);
    context.simulation.runUntil(2700);
    allRun(context);
    context.simulation.runUntil(6990);
    expect(status(context)).toMatchObject({ readyReplicas: 2, availableReplicas: 0 });
    context.simulation.runUntil(7100);
    expect(status(context)).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });

  it('reports a refusal and tries again without end, further and further apart (R-DEP-24, R-GEN-3)', () => {
    const context = started(3);
    let limit = 1;
    context.api.admit((_, stored) => (stored.size >= limit ? 'exceeded quota: q' : null));
    context.simulation.runUntil(60_000);
    expect(pods(context)).toHaveLength(1);
    expect(status(context)).toMatchObject({ replicas: 1, replicaFailure: true });
    const refused = context.timeline.events.filter((event) => event.kind === 'pod-refused');
    expect(refused[0]?.detail).toBe('exceeded quota: q');
    expect(refused.length).toBeGreaterThan(10);
    const gaps = refused.slice(1).map((event, index) => event.timeMs - (refused[index]?.timeMs ?? 0));
    expect(gaps.at(-1)).toBeGreaterThan(10_000);
    limit = 99;
    context.simulation.runUntil(200_000);
    expect(status(context)).toMatchObject({ replicas: 3, replicaFailure: false });
    // However often it was refused, the pods' random streams are those of an undisturbed run.
    expect(pods(context).map((pod) => pod.streamKey)).toEqual(['web.0.0', 'web.0.1', 'web.0.2']);
  });

  it('deletes the pods of a ReplicaSet that is gone', () => {
    const context = started(3);
    context.simulation.runUntil(1000);
    allRun(context);
    context.simulation.runUntil(2000);
    context.api.commitRemove('ReplicaSet', 'web-1');
    context.simulation.runUntil(3000);
    expect(active(context)).toEqual([]);
    expect(times(context, 'pod-terminating')).toHaveLength(3);
  });

  it('counts on from the pods of the settled state and leaves a satisfied ReplicaSet alone', () => {
    const context = testCluster({ profile: constantProfile(10) });
    const counts = { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 0, availableReplicas: 0 };
    const before = { observedGeneration: 1, terminatingReplicas: 0, replicaFailure: false, ...counts };
    const replicaSet = context.api.seed(testReplicaSet({ replicas: 2, status: before }), -1000);
    for (const ordinal of [0, 1]) context.api.seed({ ...newPodOf(replicaSet, ordinal), kind: 'Pod' }, -1000);
    start(context, ReplicaSetController);
    context.simulation.runUntil(1000);
    expect(context.timeline.events).toEqual([]);
    scaleReplicaSet(context, 'web-1', 3);
    context.simulation.runUntil(2000);
    expect(context.timeline.events.map((event) => event.object)).toEqual(['pod/web-1-2']);
  });

  it('gives the same run for the same seed', () => {
    expect(timelineOf(3)).toEqual(timelineOf(3));
    expect(timelineOf(3)).not.toEqual(timelineOf(4));
  });
});
