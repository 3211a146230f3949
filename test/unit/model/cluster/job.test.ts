import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { JobController } from '../../../../src/model/cluster/job.ts';
import { JobOutcomes } from '../../../../src/model/cluster/job-outcomes.ts';
import type { JobObject, PodObject } from '../../../../src/model/cluster/objects.ts';
import type { Job } from '../../../../src/scenario/scenario.ts';
import { constantProfile, start, testCluster, testTemplate } from './test-cluster.ts';

/** What becomes of the n-th pod of the Job; `restarts`: it runs on, having restarted that often. */
type Fate = 'Succeeded' | 'Failed' | 'runs' | { readonly restarts: number };

/** Each pod runs for three seconds and then meets its fate. */
function runJob(overrides: Partial<Job>, fate: (ordinal: number) => Fate): ClusterContext {
  const context = testCluster({ profile: constantProfile(10) });
  const { api, simulation } = context;
  const manifest: Job = {
    kind: 'Job',
    name: 'migrate',
    namespace: 'default',
    labels: {},
    annotations: {},
    file: 'job.yaml',
    lines: {},
    template: testTemplate({ restartPolicy: 'Never' }),
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    activeDeadlineSeconds: null,
    ...overrides,
  };
  const status: JobObject['status'] = { active: 0, succeeded: 0, failed: 0, condition: null };
  start(context, JobController);
  api.commitCreate({ kind: 'Job', name: 'migrate', manifest, streamKey: 'migrate', status });
  api.watch('Pod', 'test', {
    changed: (pod, old) => {
      if (pod.deletionMs !== null) simulation.after(2000, () => api.commitRemove('Pod', pod.name));
      if (old !== null) return;
      const end = fate(Number(pod.name.split('-').at(-1)));
      const update = (change: Partial<PodObject>): void => {
        api.commitUpdate('Pod', pod.name, (current) => ({ ...current, ...change }));
      };
      update({ nodeName: 'worker-1', phase: 'Running' });
      simulation.after(3000, () => {
        if (end === 'Succeeded' || end === 'Failed') update({ phase: end });
        else if (end !== 'runs') update({ restarts: end.restarts });
      });
    },
  });
  return context;
}

const statusOf = ({ api }: ClusterContext): JobObject['status'] | undefined =>
  api.read('Job', 'migrate')?.status;
const created = ({ timeline }: ClusterContext): number[] =>
  timeline.events.filter((event) => event.kind === 'pod-created').map((event) => event.timeMs);
const last = ({ timeline }: ClusterContext): string => {
  const event = timeline.events.at(-1);
  return `${event?.kind} ${event?.object} ${event?.detail ?? ''}`.trim();
};

describe('JobController (R-APP-1)', () => {
  it('runs a pod and is complete a second after it has succeeded', () => {
    const context = runJob({}, () => 'Succeeded');
    context.simulation.runUntil(60_000);
    expect(statusOf(context)).toEqual({ active: 0, succeeded: 1, failed: 0, condition: 'Complete' });
    expect(last(context)).toBe('job-complete job/migrate');
    // The pod runs from 0.04 s to 3.04 s; its events are gathered for a second, then written.
    expect(context.timeline.events.at(-1)?.timeMs).toBeGreaterThan(4000);
    expect(context.timeline.events.at(-1)?.timeMs).toBeLessThan(4400);
  });

  it('waits 10 s, 20 s, 40 s … after failures and replaces the pod', () => {
    const context = runJob({}, (ordinal) => (ordinal < 3 ? 'Failed' : 'Succeeded'));
    context.simulation.runUntil(300_000);
    expect(statusOf(context)).toMatchObject({ succeeded: 1, failed: 3, condition: 'Complete' });
    const times = created(context);
    const gaps = times.slice(1).map((timeMs, index) => timeMs - (times[index] ?? 0));
    // From creation: 3 s of running, then the delay from the failure, which is stored in whole seconds.
    for (const [index, delayMs] of [10_000, 20_000, 40_000].entries()) {
      expect(gaps[index]).toBeGreaterThan(delayMs + 2000);
      expect(gaps[index]).toBeLessThan(delayMs + 3500);
    }
  });

  it('fails when more pods have failed than the limit allows', () => {
    const context = runJob({ backoffLimit: 2 }, () => 'Failed');
    context.simulation.runUntil(600_000);
    expect(statusOf(context)).toEqual({ active: 0, succeeded: 0, failed: 3, condition: 'Failed' });
    expect(last(context)).toBe('job-failed job/migrate BackoffLimitExceeded');
  });

  it('counts the restarts of a running pod with restartPolicy OnFailure', () => {
    const template = testTemplate({ restartPolicy: 'OnFailure' });
    const context = runJob({ template, backoffLimit: 3 }, () => ({ restarts: 3 }));
    context.simulation.runUntil(60_000);
    expect(created(context)).toHaveLength(1);
    expect(last(context)).toBe('job-failed job/migrate BackoffLimitExceeded');
    const patient = runJob({ template, backoffLimit: 4 }, () => ({ restarts: 3 }));
    patient.simulation.runUntil(60_000);
    expect(statusOf(patient)).toMatchObject({ active: 1, condition: null });
  });

  it('ends at its deadline and is failed once its pods are gone', () => {
    const context = runJob({ activeDeadlineSeconds: 20 }, () => 'runs');
    context.simulation.runUntil(20_500);
    expect(statusOf(context)).toMatchObject({ active: 0, condition: null });
    context.simulation.runUntil(60_000);
    expect(last(context)).toBe('job-failed job/migrate DeadlineExceeded');
    expect(context.timeline.events.at(-1)?.timeMs).toBeGreaterThan(22_000);
  });

  it('runs as many at once as it may and no more than are still needed', () => {
    const context = runJob({ completions: 5, parallelism: 3 }, () => 'Succeeded');
    let most = 0;
    context.api.observe((object) => {
      if (object?.kind === 'Job') most = Math.max(most, object.status.active);
    });
    context.simulation.runUntil(60_000);
    expect(statusOf(context)).toMatchObject({ succeeded: 5, condition: 'Complete' });
    expect([most, created(context).length]).toEqual([3, 5]);
  });

  it('counts a pod that is deleted while it runs as failed', () => {
    const context = runJob({}, (ordinal) => (ordinal === 0 ? 'runs' : 'Succeeded'));
    context.simulation.runUntil(5000);
    context.api.commitDeletePod('migrate-0', null);
    context.simulation.runUntil(60_000);
    expect(statusOf(context)).toMatchObject({ succeeded: 1, failed: 1, condition: 'Complete' });
  });

  it('deletes its pods when it is deleted', () => {
    const context = runJob({}, () => 'runs');
    context.simulation.runUntil(5000);
    context.api.commitRemove('Job', 'migrate');
    context.simulation.runUntil(10_000);
    expect(context.api.readAll('Pod').size).toBe(0);
  });
});

describe('JobOutcomes', () => {
  it('caps the delay at ten minutes and starts anew after a success', () => {
    const outcomes = new JobOutcomes();
    const ended = (name: string, phase: 'Failed' | 'Succeeded'): void => {
      outcomes.observe({ name, phase, deletionMs: null } as PodObject, false, 0);
    };
    for (let i = 0; i < 20; i++) ended(`p${i}`, 'Failed');
    expect(outcomes.backoffMs(0)).toBe(600_000);
    expect(outcomes.backoffMs(599_000)).toBe(1000);
    expect(outcomes.backoffMs(700_000)).toBe(0);
    ended('good', 'Succeeded');
    expect(outcomes.backoffMs(0)).toBe(0);
    ended('bad', 'Failed');
    ended('bad', 'Failed');
    expect([outcomes.backoffMs(0), outcomes.failed]).toEqual([10_000, 21]);
  });
});
