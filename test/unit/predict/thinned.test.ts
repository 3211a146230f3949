import { describe, expect, test } from 'vitest';
import { thinned } from '../../../src/predict/thinned.ts';
import { subjectOf } from '../../../src/predict/subject.ts';
import { simulate } from '../../../src/model/simulate.ts';
import { KILL_FIRST, templateScenario } from './template-scenario.ts';

const BUSY = [
  'spec.traffic.rate=4000',
  'spec.workload.web.concurrency=64',
  'spec.traffic.clients.connectionsEach=16',
];

const LIMITED_CPU = 'deployment/web.spec.template.spec.containers[web].resources.limits.cpu=500m';

/** Workers of a pod and connections of a client, thinned so that waits stay as unlikely. */
function poolsOf(...set: readonly string[]): readonly (number | undefined)[] {
  const fewer = thinned(templateScenario(...BUSY, 'spec.workload.web.cpuPerRequest=1ms', ...set), 'waiting');
  expect(fewer?.factor).toBe(8);
  expect(fewer?.scenario.traffic.rate.map(({ rateRps }) => rateRps)).toEqual([500]);
  const workload = fewer === null ? undefined : subjectOf(fewer.scenario)?.container.workload;
  expect(workload?.cpuPerRequestMs).toBe(8);
  return [workload?.concurrency, fewer?.scenario.traffic.clients.connectionsEach];
}

describe('thinned', () => {
  test('requests, workers, queue and connections shrink alike, CPU time grows by as much', () => {
    const scenario = templateScenario(...BUSY, 'spec.workload.web.cpuPerRequest=1ms');
    const fewer = thinned(scenario);
    expect(fewer?.factor).toBe(8);
    expect(fewer?.scenario.traffic.rate.map(({ rateRps }) => rateRps)).toEqual([500]);
    expect(fewer?.scenario.traffic.clients.connectionsEach).toBe(2);
    const workload = fewer === null ? undefined : subjectOf(fewer.scenario)?.container.workload;
    expect(workload).toMatchObject({ concurrency: 8, cpuPerRequestMs: 8 });
  });

  describe('with waits as unlikely as before', () => {
    test('pools shrink by the square root where the CPU limits a pod', () => {
      expect(poolsOf(LIMITED_CPU)).toEqual([23, 6]);
    });

    test('workers shrink like the requests where they are what limits a pod', () => {
      expect(poolsOf()).toEqual([8, 6]);
      expect(poolsOf(LIMITED_CPU, 'spec.workload.web.serviceTime=1s')).toEqual([8, 6]);
    });
  });

  test.each([
    ['too few requests', ['spec.traffic.rate=400']],
    ['one worker', ['spec.workload.web.concurrency=1']],
    ['one connection', ['spec.traffic.clients.connectionsEach=1']],
  ])('leaves a scenario with %s alone', (_why, set) => {
    expect(thinned(templateScenario(...BUSY, ...set))).toBeNull();
  });

  test.each([
    ['utilisation', 1.4],
    // Pools that are large for their load hold more requests when their pod stops.
    ['waiting', 2.5],
  ] as const)('pods fare the same, and no smaller a share of the requests fails: %s', (kept, most) => {
    const scenario = templateScenario(...BUSY, ...KILL_FIRST);
    const fewer = thinned(scenario, kept);
    if (fewer === null) throw new Error('it must be possible');
    const [all, some] = [scenario, fewer.scenario].map((one) =>
      simulate(one, { seed: 1, engine: 'exact', detail: 'summary' }),
    );
    expect(some?.pods.minReady).toBe(all?.pods.minReady);
    expect(some?.rollout.completeMs).toBeCloseTo(all?.rollout.completeMs ?? 0, -3);
    const ratio = ((some?.totals.failed ?? 0) * fewer.factor) / (all?.totals.failed ?? 1);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(most);
  });
});
