/** The engineer of the scenario: in which order and when its changes are carried out, seen from whole small runs. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/model/simulate.ts';
import type { RunRecord, TimelineEventKind } from '../../../src/record.ts';
import type { Change, ChangeAction } from '../../../src/scenario/scenario.ts';
import {
  constantLatencies,
  deploymentManifest,
  NEW_CONNECTIONS,
  ROLL_OUT,
  smallScenario,
  type Fields,
  type SmallScenario,
} from './small-scenario.ts';

function run(small: SmallScenario): RunRecord {
  const profile = constantLatencies();
  return simulate(smallScenario({ profile, clients: NEW_CONNECTIONS, rate: 20, ...small }), { seed: 1 });
}

function timesOf(record: RunRecord, kind: TimelineEventKind, object: string): number[] {
  return record.timeline
    .filter((event) => event.kind === kind && event.object === object)
    .map(({ timeMs }) => timeMs);
}

function timeOf(record: RunRecord, kind: TimelineEventKind, object: string): number {
  const [timeMs] = timesOf(record, kind, object);
  if (timeMs === undefined) throw new Error(`${kind} ${object} did not happen`);
  return timeMs;
}

function appliedDetail(record: RunRecord, change: number): string | undefined {
  return record.timeline.find(
    ({ kind, object }) => kind === 'change-applied' && object === `change/${change}`,
  )?.detail;
}

const MIGRATION: Fields = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate' },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: { app: 'migrate' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'example.com/migrate:1' }] },
    },
  },
};

function otherTemplate(job: Fields): Fields {
  return JSON.parse(JSON.stringify(job).replace('migrate:1', 'migrate:2')) as Fields;
}

function withJob(failureRate: number, ...changes: readonly Fields[]): SmallScenario {
  return {
    files: { 'changes/job.yaml': MIGRATION },
    workloads: { migrate: { boot: 'never', runs: '3s', failureRate } },
    changes: [{ at: '10s', apply: 'changes/job.yaml', waitFor: 'job/complete' }, ...changes],
  };
}

describe('waitFor', () => {
  it('applied is reached with the answer of the API server', () => {
    const record = run({ changes: [{ ...ROLL_OUT, waitFor: 'applied' }] });
    expect(timeOf(record, 'change-reached', 'change/1')).toBe(timeOf(record, 'change-applied', 'change/1'));
  });

  it('rollout/complete is reached when the rollout is complete, not with what was true before the change', () => {
    const record = run({});
    const completeMs = timeOf(record, 'rollout-complete', 'deployment/web');
    const reachedMs = timeOf(record, 'change-reached', 'change/1');
    expect(reachedMs).toBeGreaterThan(completeMs - 10);
    expect(reachedMs).toBeLessThan(completeMs + 10);
  });

  it('rollout/complete is reached at once when the manifest changes nothing', () => {
    const record = run({ newContainer: { image: 'example.com/web:1.0.0' } });
    expect(timeOf(record, 'change-reached', 'change/1')).toBeLessThan(10_050);
    expect(record.rollout.outcome).toBe('none');
  });

  it('rollout/complete of a restart, of a scaling and of an undo', () => {
    const record = run({
      changes: [
        { at: '10s', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' },
        { after: 'previous', restart: 'deployment/web', waitFor: 'rollout/complete' },
        { after: 'previous', scale: { deployment: 'web', replicas: 5 }, waitFor: 'rollout/complete' },
        { after: 'previous', undo: 'deployment/web', waitFor: 'rollout/complete' },
      ],
    });
    const completions = timesOf(record, 'rollout-complete', 'deployment/web');
    for (const change of [1, 2, 3])
      expect(timesOf(record, 'change-reached', `change/${change}`)).toHaveLength(1);
    const reachedMs = [1, 2, 3, 4].map((change) => timeOf(record, 'change-reached', `change/${change}`));
    expect(reachedMs).toEqual(reachedMs.toSorted((a, b) => a - b));
    expect(completions).toHaveLength(3);
    for (const [index, change] of [0, 1, 3].entries()) {
      expect(reachedMs[change]).toBeGreaterThan((completions[index] ?? Number.NaN) - 10);
    }
    expect(record.series.podsByPhase.ready.at(-1)).toBe(5);
  });

  it('job/complete: the next change begins once the Job has completed', () => {
    const record = run(withJob(0, { after: 'previous', delay: '2s', apply: 'changes/deployment.yaml' }));
    const completeMs = timeOf(record, 'job-complete', 'job/migrate');
    expect(timeOf(record, 'change-reached', 'change/1')).toBeGreaterThanOrEqual(completeMs);
    expect(timeOf(record, 'change-applied', 'change/2')).toBeGreaterThan(completeMs + 2000);
    expect(timeOf(record, 'change-applied', 'change/2')).toBeLessThan(completeMs + 2100);
  });

  it('a Job that fails stops the changes that wait for it, and the run ends', () => {
    const record = run(
      withJob(
        1,
        { after: 'previous', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' },
        { after: 'previous', scale: { deployment: 'web', replicas: 1 } },
      ),
    );
    expect(timesOf(record, 'job-failed', 'job/migrate')).toHaveLength(1);
    expect(record.timeline.some(({ object }) => object === 'change/2' || object === 'change/3')).toBe(false);
    expect(record.rollout.outcome).toBe('none');
    expect(record.endMs).toBeLessThanOrEqual(70_000);
  });

  it('a Job that fails does not keep a change from its fixed time', () => {
    const record = run(
      withJob(
        1,
        { after: 'previous', apply: 'changes/deployment.yaml' },
        { at: '120s', scale: { deployment: 'web', replicas: 4 } },
      ),
    );
    expect(timesOf(record, 'change-applied', 'change/2')).toEqual([]);
    expect(timeOf(record, 'change-applied', 'change/3')).toBeGreaterThan(120_000);
    expect(record.series.podsByPhase.ready.at(-1)).toBe(4);
  });
});

describe('fixed times', () => {
  it('one begins although the change before has not reached what it waits for, which is noted all the same', () => {
    const record = run({
      workload: { boot: '5s' },
      container: { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } },
      changes: [
        ROLL_OUT,
        { at: '12s', scale: { deployment: 'web', replicas: 4 }, waitFor: 'rollout/complete' },
      ],
    });
    expect(timeOf(record, 'change-applied', 'change/2')).toBeLessThan(12_050);
    const completeMs = timesOf(record, 'rollout-complete', 'deployment/web').at(-1) ?? Number.NaN;
    expect(timesOf(record, 'change-reached', 'change/1')).toHaveLength(1);
    expect(timesOf(record, 'change-reached', 'change/2')).toHaveLength(1);
    expect(timeOf(record, 'change-reached', 'change/1')).toBeGreaterThan(completeMs - 10);
  });

  it('two at one time are made one after the other, in their order', () => {
    const record = run({
      changes: [
        { at: '10s', pause: 'deployment/web' },
        { at: '10s', resume: 'deployment/web' },
        { at: '10s', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' },
      ],
    });
    const applied = record.timeline.filter(({ kind }) => kind === 'change-applied');
    expect(applied.map(({ object }) => object)).toEqual(['change/1', 'change/2', 'change/3']);
    expect(applied.map(({ detail }) => detail)).toEqual([
      'pause deployment/web',
      'resume deployment/web',
      'apply deployment/web',
    ]);
    expect(record.rollout.outcome).toBe('complete');
  });

  it('a stalled rollout does not end the run before a rollback that comes later', () => {
    const record = run({
      progressDeadlineSeconds: 30,
      container: { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } },
      workload: { versions: { '1.1.0': { boot: 'never' } } },
      changes: [ROLL_OUT, { at: '200s', undo: 'deployment/web', waitFor: 'rollout/complete' }],
    });
    expect(timeOf(record, 'rollout-stalled', 'deployment/web')).toBeLessThan(50_000);
    expect(timeOf(record, 'change-applied', 'change/2')).toBeGreaterThan(200_000);
    expect(timesOf(record, 'change-reached', 'change/2')).toHaveLength(1);
    expect(record.rollout.outcome).toBe('rolled-back');
  });
});

/** The loader refuses, of each kind of refusal, what it can foresee; here they meet the cluster. */
function runUnchecked(small: SmallScenario, actions: readonly ChangeAction[]): RunRecord {
  const scenario = smallScenario({
    profile: constantLatencies(),
    rate: 20,
    clients: NEW_CONNECTIONS,
    ...small,
  });
  const [first] = scenario.changes;
  if (first === undefined) throw new Error('a change to follow is needed');
  const { location } = first;
  const further = actions.map((action): Change => ({
    start: { kind: 'after', delayMs: 0 },
    action,
    waitFor: 'applied',
    location,
  }));
  return simulate({ ...scenario, changes: [...scenario.changes, ...further] }, { seed: 1 });
}

const UNDO: ChangeAction = { kind: 'undo', deployment: 'web', toRevision: null };

describe('refusals', () => {
  it('undo while paused is refused, which is noted, and nothing is undone (R-DEP-19)', () => {
    const record = runUnchecked({}, [
      { kind: 'pause', deployment: 'web' },
      UNDO,
      { kind: 'scale', deployment: 'web', replicas: 1 },
    ]);
    expect(appliedDetail(record, 3)).toContain('cannot rollback a paused deployment');
    expect(timesOf(record, 'change-reached', 'change/3')).toEqual([]);
    expect(appliedDetail(record, 4)).toBeUndefined();
    expect(record.series.podsByPhase.ready.at(-1)).toBe(3);
  });

  it('a refusal does not keep a change from its fixed time', () => {
    const record = run({
      container: { image: 'example.com/web:1.0.0' },
      files: { 'changes/job.yaml': MIGRATION, 'changes/job-2.yaml': otherTemplate(MIGRATION) },
      workloads: { migrate: { boot: 'never', runs: '3s' } },
      changes: [
        { at: '10s', apply: 'changes/job.yaml' },
        { at: '11s', apply: 'changes/job-2.yaml' },
        { after: 'previous', scale: { deployment: 'web', replicas: 1 } },
        { at: '100s', scale: { deployment: 'web', replicas: 2 } },
      ],
    });
    expect(appliedDetail(record, 2)).toContain('field is immutable');
    expect(appliedDetail(record, 3)).toBeUndefined();
    expect(appliedDetail(record, 4)).toBe('scale deployment/web');
    expect(record.series.podsByPhase.ready.at(-1)).toBe(2);
  });

  it('undo without a history, and of a Deployment that does not exist, are refused', () => {
    const first: SmallScenario = { changes: [{ at: '10s', scale: { deployment: 'web', replicas: 3 } }] };
    expect(appliedDetail(runUnchecked(first, [UNDO]), 2)).toContain('no rollout history found');
    const other: ChangeAction = { ...UNDO, deployment: 'other' };
    expect(appliedDetail(runUnchecked(first, [other]), 2)).toBe('deployments.apps "other" not found');
  });
});

describe('objects of one change', () => {
  it('are applied in the order of the files, each once the one before is answered', () => {
    const record = run({
      files: {
        'changes/other.yaml': { ...deploymentManifest({ replicas: 1 }, '2'), metadata: { name: 'other' } },
      },
      changes: [{ at: '10s', apply: ['changes/other.yaml', 'changes/deployment.yaml'] }],
    });
    expect(appliedDetail(record, 1)).toBe('apply deployment/other, deployment/web');
    // A create of 2 ms, then a create that finds the object there and an update.
    expect(timeOf(record, 'change-applied', 'change/1')).toBeCloseTo(10_006, 5);
  });
});
