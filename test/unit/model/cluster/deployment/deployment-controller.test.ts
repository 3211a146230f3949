import { describe, expect, it } from 'vitest';
import { pause, resume, scale, undo } from '../../../../../src/model/cluster/kubectl.ts';
import { BUILT_IN_PROFILES, type Profile } from '../../../../../src/scenario/profile.ts';
import { constantProfile } from '../test-cluster.ts';
import { olderRevision, RolloutBench, rolling, testDeployment, withTemplate } from './rollout-bench.ts';

const accept = (refusal: string | null): void => {
  expect(refusal).toBeNull();
};

function undoTo(bench: RolloutBench, revision: number | null): void {
  const deployments = { get: (name: string) => bench.context.api.read('Deployment', name) };
  undo(bench.client, deployments, bench.replicaSets, 'web', revision, accept);
}

/** Sizes in the order of revisions. */
const sizesOf = (bench: RolloutBench): number[] => bench.replicaSets.map(({ replicas }) => replicas);

describe('a settled Deployment', () => {
  it('is left alone', () => {
    const bench = new RolloutBench();
    bench.settle(testDeployment(), [olderRevision(1), olderRevision(2)]);
    let changes = 0;
    bench.onChange = () => {
      changes += 1;
    };
    bench.run(3_600_000);
    expect(changes).toBe(0);
    expect(bench.context.timeline.events).toEqual([]);
    expect(bench.deployment).toMatchObject({
      revision: 3,
      status: { progressing: { reason: 'NewReplicaSetAvailable' } },
    });
  });
});

describe('the first sync of a rollout', () => {
  it('creates the new pods and removes old ones at once (R-DEP-5, R-SUR-4)', () => {
    const bench = new RolloutBench({ startMs: () => null });
    const manifest = testDeployment({ replicas: 20, strategy: rolling(5, '25%') });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(500);
    const scalings = bench.context.timeline.events.filter(({ kind }) => kind === 'replica-set-scaled');
    expect(scalings.slice(0, 2).map(({ object, value }) => [object, value])).toEqual([
      ['replicaset/web-v2', 5],
      ['replicaset/web-v1', 15],
    ]);
    expect((scalings[1]?.timeMs ?? 0) - (scalings[0]?.timeMs ?? 0)).toBeLessThan(60);
    expect(bench.timeOf('rollout-started')).toBeLessThan(100);
  });
});

describe('a rollout that cannot go on', () => {
  it('keeps N − unavailable old pods and is reported after the deadline, no more (R-DEP-7, R-DEP-14, R-SUR-8)', () => {
    const bench = new RolloutBench({ startMs: () => null });
    const manifest = testDeployment({ progressDeadlineSeconds: 60, strategy: rolling(3, 2) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(600_000);
    expect(sizesOf(bench)).toEqual([8, 5]);
    expect(bench.available).toHaveLength(8);
    expect(bench.deployment.status).toMatchObject({
      progressing: { status: 'False', reason: 'ProgressDeadlineExceeded' },
      available: true,
    });
    expect(bench.timeOf('rollout-stalled')).toBeGreaterThan(60_000);
    expect(bench.timeOf('rollout-stalled')).toBeLessThan(64_000);
  });

  it('goes on by itself when its pods become ready after all (R-DEP-13)', () => {
    const bench = new RolloutBench({ startMs: () => null });
    const manifest = testDeployment({ progressDeadlineSeconds: 60 });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(100_000);
    bench.startMs = () => 1000;
    bench.makeReady();
    bench.run(200_000);
    expect(sizesOf(bench)).toEqual([0, 10]);
    expect(bench.timeOf('rollout-complete')).toBeGreaterThan(100_000);
  });

  it('reports nothing without a deadline', () => {
    const bench = new RolloutBench({ startMs: () => null });
    const manifest = testDeployment({ progressDeadlineSeconds: 2_147_483_647 });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(2_000_000);
    expect(bench.deployment.status.progressing).toBeNull();
    expect(bench.timeOf('rollout-stalled')).toBeUndefined();
  });
});

describe('a stale status (R-DEP-8)', () => {
  it('makes a sync scale nothing down, which the next status event puts right', () => {
    // The ReplicaSet's view of its pods lags far behind what the Deployment controller writes.
    const kind = BUILT_IN_PROFILES['kind'] as Profile;
    const profile = {
      ...constantProfile(5),
      latencies: { ...kind.latencies, watch: { kind: 'uniform', min: 0, max: 400 } },
    } as const;
    const bench = new RolloutBench({ profile, startMs: () => 500 });
    const manifest = testDeployment({ replicas: 20, strategy: rolling(5, 5) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(60_000);
    expect(sizesOf(bench)).toEqual([0, 20]);
    expect(bench.extremes.availableMin).toBeGreaterThanOrEqual(15);
  });
});

describe('scaling', () => {
  it('shares a new count out in proportion while a rollout is stuck (R-DEP-16)', () => {
    const bench = new RolloutBench({ startMs: () => null });
    const manifest = testDeployment({ strategy: rolling(3, 2) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(30_000);
    scale(bench.client, 'web', 15, accept);
    bench.run(31_000);
    expect(sizesOf(bench)).toEqual([11, 7]);
  });

  it('comes before the rollout when one patch asks for both, whatever maxUnavailable says (R-DEP-17)', () => {
    const bench = new RolloutBench();
    const manifest = testDeployment({ replicas: 20, strategy: rolling(5, 0) });
    bench.settle(manifest);
    bench.apply({ ...withTemplate(manifest, 'v2'), replicas: 8 });
    bench.run(60_000);
    const first = bench.context.timeline.events.find(({ kind }) => kind === 'replica-set-scaled');
    expect(first).toMatchObject({ object: 'replicaset/web-v1', value: 8 });
    expect(sizesOf(bench)).toEqual([0, 8]);
    expect(bench.extremes.availableMin).toBe(8);
  });

  it('to nothing takes every ReplicaSet to nothing', () => {
    const bench = new RolloutBench({ startMs: () => null });
    bench.settle(testDeployment());
    bench.apply(withTemplate(testDeployment(), 'v2'));
    bench.run(30_000);
    scale(bench.client, 'web', 0, accept);
    bench.run(60_000);
    expect(sizesOf(bench)).toEqual([0, 0]);
    expect(bench.pods).toEqual([]);
  });
});

describe('pausing (R-DEP-15)', () => {
  it('holds a new template back but lets scaling through, and the deadline waits', () => {
    const bench = new RolloutBench();
    const manifest = testDeployment({ progressDeadlineSeconds: 30 });
    bench.settle(manifest);
    pause(bench.client, 'web', accept);
    bench.run(1000);
    bench.apply({ ...withTemplate(manifest, 'v2'), paused: true });
    bench.run(2000);
    scale(bench.client, 'web', 12, accept);
    bench.run(200_000);
    expect(bench.sizes).toEqual({ 'web-v1': 12 });
    expect(bench.deployment.status.progressing).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
    });
    resume(bench.client, 'web', accept);
    bench.run(300_000);
    expect(bench.sizes).toEqual({ 'web-v1': 0, 'web-v2': 12 });
    expect(bench.timeOf('rollout-stalled')).toBeUndefined();
  });

  it('stops a rollout where it is', () => {
    const bench = new RolloutBench();
    bench.settle(testDeployment());
    bench.apply(withTemplate(testDeployment(), 'v2'));
    bench.run(5000);
    pause(bench.client, 'web', accept);
    bench.run(100_000);
    expect(sizesOf(bench)).toEqual([8, 5]);
    expect(bench.timeOf('rollout-paused')).toBeGreaterThan(5000);
  });
});

describe('rollover (R-DEP-18, R-DEP-9, R-SUR-10)', () => {
  it('starts the newest at what the surge leaves, and drains the good oldest before the half-good middle', () => {
    const bench = new RolloutBench({ startMs: (pod) => (pod.template.hash === 'v3' ? null : 10_000) });
    const manifest = testDeployment({ replicas: 10, strategy: rolling(3, 2) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    // The first wave of five is available, the second is not.
    bench.run(12_000);
    bench.apply(withTemplate(manifest, 'v3'));
    bench.run(12_060);
    expect(sizesOf(bench)[2]).toBe(0);
    bench.run(100_000);
    const [first = 0, middle = 0, newest = 0] = sizesOf(bench);
    expect(middle).toBe(5);
    expect(first).toBe(3);
    expect(newest).toBe(5);
    const started = bench.context.timeline.events.filter(({ kind }) => kind === 'rollout-started');
    expect(started.map(({ detail }) => detail)).toEqual(['revision 2', 'revision 3']);
  });
});

describe('undo (R-DEP-19, R-SUR-9)', () => {
  it('makes the old ReplicaSet the newest revision and removes the bad pods first', () => {
    const bench = new RolloutBench({ startMs: (pod) => (pod.template.hash === 'v2' ? null : 5000) });
    const manifest = testDeployment({ replicas: 20, strategy: rolling(5, 5) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(60_000);
    expect(sizesOf(bench)).toEqual([15, 10]);
    undoTo(bench, null);
    bench.run(61_000);
    expect(bench.sizes).toEqual({ 'web-v1': 20, 'web-v2': 0 });
    bench.run(100_000);
    expect(bench.deployment).toMatchObject({
      revision: 3,
      status: { progressing: { reason: 'NewReplicaSetAvailable' } },
    });
    expect(bench.replicaSets.at(-1)).toMatchObject({ name: 'web-v1', revision: 3, revisionHistory: '1' });
    const started = bench.context.timeline.events.filter(({ kind }) => kind === 'rollout-started');
    expect(started.map(({ detail }) => detail)).toEqual(['revision 2', 'revision 3, again']);
    const complete = bench.timeOf('rollout-complete') ?? 0;
    expect(complete).toBeGreaterThan(65_000);
    expect(complete).toBeLessThan(66_000);
  });

  it('takes the oldest of several ReplicaSets with the same template', () => {
    const bench = new RolloutBench();
    const manifest = testDeployment({ replicas: 4 });
    const replicaSet = bench.settle(manifest);
    const { uid: _uid, ...twin } = replicaSet;
    const empty = {
      ...twin.status,
      replicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      fullyLabeledReplicas: 0,
    };
    bench.context.api.seed<'ReplicaSet'>({ ...twin, name: 'web-twin', replicas: 0, status: empty }, -10_000);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(60_000);
    undoTo(bench, 1);
    bench.run(120_000);
    expect(bench.sizes).toEqual({ 'web-twin': 0, 'web-v1': 4, 'web-v2': 0 });
  });
});

describe('history (R-DEP-21)', () => {
  it('is cut to its limit once a rollout is complete, oldest revision first', () => {
    const bench = new RolloutBench({ startMs: () => 1000 });
    const manifest = testDeployment({ replicas: 2, revisionHistoryLimit: 2 });
    bench.settle(manifest, [olderRevision(1), olderRevision(2)]);
    bench.apply(withTemplate(manifest, 'v4'));
    bench.run(1500);
    expect(bench.replicaSets).toHaveLength(4);
    bench.run(60_000);
    expect(bench.replicaSets.map(({ name }) => name)).toEqual(['web-old-2', 'web-v1', 'web-v4']);
  });
});

function peakOf(podReplacementPolicy: 'TerminationStarted' | 'TerminationComplete'): number {
  const bench = new RolloutBench({ stopMs: () => 30_000, controller: { podReplacementPolicy } });
  const manifest = testDeployment({ strategy: rolling(2, 2) });
  bench.settle(manifest);
  bench.apply(withTemplate(manifest, 'v2'));
  bench.run(600_000);
  expect(sizesOf(bench)).toEqual([0, 10]);
  return bench.extremes.podsMax;
}

describe('podReplacementPolicy (R-DEP-22)', () => {
  it('does not wait for terminating pods unless told to', () => {
    expect(peakOf('TerminationStarted')).toBeGreaterThan(12);
    expect(peakOf('TerminationComplete')).toBeLessThanOrEqual(12);
  });
});

describe('refused pods (R-DEP-24)', () => {
  it('show as ReplicaFailure while the rollout goes on with what the quota frees', () => {
    const bench = new RolloutBench({ startMs: () => 1000, stopMs: () => 1000 });
    bench.context.api.admit((_pod, stored) => (stored.size >= 10 ? 'exceeded quota: pods' : null));
    const manifest = testDeployment({ strategy: rolling(3, 2) });
    bench.settle(manifest);
    bench.apply(withTemplate(manifest, 'v2'));
    bench.run(900);
    expect(bench.deployment.status.replicaFailure).toBe(true);
    bench.run(600_000);
    expect(sizesOf(bench)).toEqual([0, 10]);
    expect(bench.extremes.podsMax).toBe(10);
    expect(bench.deployment.status.replicaFailure).toBe(false);
  });
});

describe('orphans', () => {
  it('are adopted, and released when the selector no longer matches', () => {
    const bench = new RolloutBench();
    const replicaSet = bench.settle(testDeployment({ replicas: 2 }));
    bench.client.update('ReplicaSet', replicaSet.name, (current) => ({ ...current, deployment: null }));
    bench.run(5000);
    expect(bench.replicaSets).toMatchObject([{ name: 'web-v1', deployment: 'web' }]);
    bench.apply(testDeployment({ replicas: 2, selector: { app: 'other' } }));
    bench.run(6000);
    expect(bench.context.api.read('ReplicaSet', replicaSet.name)?.deployment).toBeNull();
  });
});

describe('a name that is taken by another template', () => {
  it('gives way to another one', () => {
    const bench = new RolloutBench({ startMs: () => 1000 });
    const manifest = testDeployment({ replicas: 2 });
    const replicaSet = bench.settle(manifest);
    bench.client.update('ReplicaSet', replicaSet.name, (current) => ({
      ...current,
      template: { ...current.template, hash: 'edited' },
    }));
    bench.run(60_000);
    expect(bench.deployment.status.collisionCount).toBe(1);
    expect(bench.sizes).toEqual({ 'web-v1': 0, 'web-v1-1': 2 });
  });
});
