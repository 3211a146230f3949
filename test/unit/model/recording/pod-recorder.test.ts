import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../../../src/model/cluster/api-server.ts';
import { newPodOf } from '../../../../src/model/cluster/replica-set/new-pod.ts';
import type { PodObject, ReplicaSetObject } from '../../../../src/model/cluster/objects.ts';
import { PodRecorder } from '../../../../src/model/recording/pod-recorder.ts';
import {
  scaleReplicaSet,
  testCluster,
  testContainer,
  testReplicaSet,
  testTemplate,
  constantProfile,
} from '../cluster/test-cluster.ts';

const TEMPLATE = testTemplate({ containers: [testContainer(250, 1000)] });

function pod(ordinal: number, overrides: Partial<PodObject> = {}): NewObject<'Pod'> & { kind: 'Pod' } {
  const owner = testReplicaSet({ template: TEMPLATE }) as ReplicaSetObject;
  return { ...newPodOf(owner, ordinal), kind: 'Pod', ...overrides };
}

const READY: Partial<PodObject> = { nodeName: 'worker-1', phase: 'Running', hasIp: true, ready: true };

function endpoint(ready: boolean) {
  return { pod: 'web-0', nodeName: 'worker-1', ready, serving: true, terminating: !ready };
}

function slice(name: string, service: string, ready: readonly boolean[]) {
  return { kind: 'EndpointSlice', name, service, port: 80, endpoints: ready.map(endpoint) } as const;
}

function recorded() {
  const context = testCluster({ profile: constantProfile(0) });
  const { api, simulation } = context;
  const recorder = new PodRecorder({
    api,
    now: () => simulation.nowMs,
    deployment: 'web',
    service: 'web',
    binMs: 100,
  });
  api.seed<'ReplicaSet'>(testReplicaSet({ replicas: 2 }), 0);
  for (const ordinal of [0, 1]) api.seed<'Pod'>(pod(ordinal, READY), 0);
  recorder.begin();
  const change = (name: string, next: Partial<PodObject>): void => {
    api.commitUpdate('Pod', name, (current) => ({ ...current, ...next }));
  };
  return { context, api, simulation, recorder, change };
}

describe('PodRecorder', () => {
  it('begins with what is stored', () => {
    const { recorder } = recorded();
    expect(recorder.readyPods).toBe(2);
    const { figures, lives } = recorder.finish(0);
    expect(figures).toEqual({
      peakDesired: 2,
      peakWithTerminating: 2,
      minReady: 2,
      minServing: 0,
      peakCpuRequestedMilli: 500,
      peakMemoryRequestedBytes: 2000,
      peakByNode: { 'worker-1': 2 },
    });
    expect(lives.map(({ goneMs }) => goneMs)).toEqual([null, null]);
  });

  it('follows a pod through its phases, each in one at a time', () => {
    const { api, simulation, recorder, change } = recorded();
    const { name } = pod(2);
    const steps: (() => void)[] = [
      () => api.commitCreate<'Pod'>(pod(2)),
      () => change(name, { nodeName: 'worker-1' }),
      () => change(name, { phase: 'Running', ready: true }),
      () => change(name, { ready: false }),
      () => change(name, { deletionMs: 450 }),
      () => api.commitRemove('Pod', name),
    ];
    steps.forEach((step, index) => simulation.at(50 + 100 * index, step));
    simulation.runUntil(700);
    const { podsByPhase } = recorder.finish(700).series;
    expect(podsByPhase).toEqual({
      pending: [1, 0, 0, 0, 0, 0, 0],
      starting: [0, 1, 0, 0, 0, 0, 0],
      ready: [2, 2, 3, 2, 2, 2, 2],
      unready: [0, 0, 0, 1, 0, 0, 0],
      terminating: [0, 0, 0, 0, 1, 0, 0],
    });
  });

  it('keeps extremes that no bin shows', () => {
    const { api, simulation, recorder, change, context } = recorded();
    const [first, second] = [pod(0).name, pod(1).name];
    simulation.at(110, () => change(first, { ready: false }));
    simulation.at(120, () => change(second, { deletionMs: 120 }));
    simulation.at(130, () => api.commitCreate<'Pod'>(pod(2, { nodeName: 'worker-2' })));
    simulation.at(131, () => api.commitRemove('Pod', pod(2).name));
    simulation.at(140, () => change(first, { ready: true }));
    simulation.at(150, () => scaleReplicaSet(context, 'web-1', 9));
    simulation.at(151, () => scaleReplicaSet(context, 'web-1', 2));
    simulation.runUntil(200);
    const { series, figures } = recorder.finish(200);
    expect(series.podsByPhase.ready).toEqual([2, 1]);
    expect(figures).toMatchObject({
      minReady: 0,
      peakWithTerminating: 3,
      peakDesired: 9,
      // A terminating pod keeps what it requested; one without a node holds nothing.
      peakCpuRequestedMilli: 750,
      peakMemoryRequestedBytes: 3000,
    });
  });

  it('counts nothing of finished pods and of other Deployments', () => {
    const { api, recorder, change } = recorded();
    api.commitCreate<'Pod'>(pod(5, { ...READY, deployment: 'other', name: 'other-0' }));
    api.commitCreate<'Pod'>(pod(6, { ...READY, deployment: null, name: 'job-0' }));
    api.commitCreate<'ReplicaSet'>(testReplicaSet({ name: 'other-1', deployment: 'other', replicas: 50 }));
    change(pod(0).name, { phase: 'Failed', ready: false });
    expect(recorder.readyPods).toBe(1);
    const { figures, lives } = recorder.finish(0);
    expect(figures).toMatchObject({ peakDesired: 2, peakWithTerminating: 2, minReady: 1 });
    expect(lives).toHaveLength(2);
  });

  it('knows when each pod is gone', () => {
    const { api, simulation, recorder } = recorded();
    simulation.at(70, () => api.commitRemove('Pod', pod(1).name));
    simulation.runUntil(100);
    expect(recorder.finish(100).lives.map(({ goneMs }) => goneMs)).toEqual([null, 70]);
  });

  it('takes a pod for serving while it listens and some node sends to it', () => {
    const { simulation, recorder } = recorded();
    const name = pod(0).name;
    const steps: (() => void)[] = [
      () => recorder.usableChanged(name, 1),
      () => recorder.listenerChanged(name, true),
      () => recorder.usableChanged(name, 1),
      () => recorder.usableChanged(name, -1),
      () => recorder.usableChanged(name, -1),
      () => recorder.usableChanged(name, 1),
      () => recorder.listenerChanged(name, false),
    ];
    steps.forEach((step, index) => simulation.at(50 + 100 * index, step));
    simulation.runUntil(700);
    expect(recorder.finish(700).series.servingPods).toEqual([0, 1, 1, 1, 0, 1, 0]);
  });

  it('counts the ready endpoints of every slice of the Service, and of no other', () => {
    const { api, simulation, recorder } = recorded();
    simulation.at(50, () => api.commitCreate<'EndpointSlice'>(slice('a', 'web', [true, true, false])));
    simulation.at(150, () => api.commitCreate<'EndpointSlice'>(slice('b', 'web', [true])));
    simulation.at(250, () => api.commitCreate<'EndpointSlice'>(slice('c', 'other', [true])));
    simulation.at(350, () => api.commitRemove('EndpointSlice', 'a'));
    simulation.runUntil(400);
    expect(recorder.finish(400).series.readyEndpoints).toEqual([2, 3, 3, 1]);
  });

  it('is an error to finish before it began', () => {
    const { api, simulation } = testCluster();
    const parts = { api, now: () => simulation.nowMs, deployment: null, service: null, binMs: 100 };
    expect(() => new PodRecorder(parts).finish(0)).toThrow('before it began');
  });
});
