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

  test.each([
    ['too few requests', ['spec.traffic.rate=400']],
    ['one worker', ['spec.workload.web.concurrency=1']],
    ['one connection', ['spec.traffic.clients.connectionsEach=1']],
  ])('leaves a scenario with %s alone', (_why, set) => {
    expect(thinned(templateScenario(...BUSY, ...set))).toBeNull();
  });

  test('pods fare the same, and as large a share of the requests fails', () => {
    const scenario = templateScenario(...BUSY, ...KILL_FIRST);
    const fewer = thinned(scenario);
    if (fewer === null) throw new Error('it must be possible');
    const [all, some] = [scenario, fewer.scenario].map((one) =>
      simulate(one, { seed: 1, engine: 'exact', detail: 'summary' }),
    );
    expect(some?.pods.minReady).toBe(all?.pods.minReady);
    expect(some?.rollout.completeMs).toBeCloseTo(all?.rollout.completeMs ?? 0, -3);
    const ratio = ((some?.totals.failed ?? 0) * fewer.factor) / (all?.totals.failed ?? 1);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });
});
