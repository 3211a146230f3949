/** When a run ends: once the world has settled, not before it and not long after. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/model/simulate.ts';
import type { RunRecord } from '../../../src/record.ts';
import { NEW_CONNECTIONS, smallScenario, type Fields, type SmallScenario } from './small-scenario.ts';

const READINESS: Fields = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } };

function run(small: SmallScenario): RunRecord {
  return simulate(smallScenario({ rate: 20, container: READINESS, clients: NEW_CONNECTIONS, ...small }), {
    seed: 1,
  });
}

describe('the end of a run', () => {
  it('is a minute after the start when everything is over by then, and follows a rate to its last entry', () => {
    expect(run({ changes: [] }).endMs).toBe(60_000);
    const rate = [
      { at: '0s', rate: 10 },
      { at: '150s', rate: 20 },
    ];
    expect(run({ changes: [], rate }).endMs).toBe(150_000);
  });

  it('waits for the last terminating pod', () => {
    const container = { ...READINESS, lifecycle: { preStop: { sleep: { seconds: 90 } } } };
    const { timeline, endMs, series } = run({ container, graceSeconds: 120 });
    const goneMs = timeline.findLast(({ kind }) => kind === 'pod-gone')?.timeMs ?? Number.NaN;
    expect(goneMs).toBeGreaterThan(100_000);
    expect(endMs - goneMs).toBeGreaterThan(4000);
    expect(endMs - goneMs).toBeLessThan(7000);
    expect(series.podsByPhase.terminating.at(-1)).toBe(0);
  });

  it('is the limit of the scenario at the latest', () => {
    expect(run({ durationSeconds: 12 }).endMs).toBe(12_000);
  });

  it('R-DEP-14: a rollout whose pods boot for longer than its deadline stalls, goes on and completes', () => {
    const { rollout, timeline, totals } = run({ progressDeadlineSeconds: 30, workload: { boot: '45s' } });
    expect(timeline.filter(({ kind }) => kind === 'rollout-stalled').length).toBeGreaterThanOrEqual(1);
    expect(rollout.outcome).toBe('complete');
    expect(rollout.completeMs).toBeGreaterThan(3 * 45_000);
    expect(totals.inFlight).toBeLessThan(3);
  });

  it('R-DEP-14: a rollout whose pods never listen is watched for a little and left', () => {
    const workload = { versions: { '1.1.0': { boot: 'never' } } };
    const { rollout, endMs } = run({ progressDeadlineSeconds: 40, workload });
    expect(rollout.outcome).toBe('stalled');
    expect(endMs).toBeLessThan(70_000);
  });
});
