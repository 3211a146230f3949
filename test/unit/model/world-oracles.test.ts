/** Whole runs against what can be worked out on paper, or from the times that the run itself says (R-SRV-5, R-SUR-1, 26). */
import { describe, expect, it } from 'vitest';
import { ROLLOUT_DURATIONS } from './rollout-duration-table.ts';
import { simulate } from '../../../src/model/simulate.ts';
import type { RunRecord } from '../../../src/record.ts';
import { expectedRefusals, neverConnected } from './expected-refusals.ts';
import { constantLatencies, smallScenario, type Fields, type SmallScenario } from './small-scenario.ts';

const READINESS: Fields = { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } };
const NODES = 3;
const ONE_WAY_MS = 0.2;

/** New connections without end, the same number from each node, a round trip of 0.4 ms for certain. */
function run(small: SmallScenario, seed: number): RunRecord {
  const profile = { base: 'small', uncertainty: 0.3, latencies: { networkRoundTrip: '400us' } };
  const clients = { keepAlive: false, count: 2 * NODES, connectionsEach: 3000, timeout: '10s' };
  return simulate(smallScenario({ profile, nodes: NODES, clients, ...small }), { seed });
}

/** Sums of what failed and of what should have failed, over seeds 1, 2, … */
function failedAndExpected(small: SmallScenario, rateRps: number, seeds: number): [number, number] {
  let failed = 0;
  let expected = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const record = run({ ...small, rate: rateRps }, seed);
    failed += neverConnected(record);
    // The round trip is scaled by the run's own factor, which shifts each listener by a fraction of a millisecond.
    expected += expectedRefusals(record, { rateRps, nodes: NODES, oneWayMs: ONE_WAY_MS });
  }
  return [failed, expected];
}

/** Given the timeline the count is Poisson: four standard deviations are passed by chance once in 16 000 times. */
function expectPoisson([failed, expected]: readonly [number, number], expectedAtLeast: number): void {
  expect(expected).toBeGreaterThan(expectedAtLeast);
  expect(Math.abs(failed - expected)).toBeLessThan(4 * Math.sqrt(expected));
}

describe('R-SRV-5: failures = Σ nodes rate × share × time from the closed listener to the withdrawal', () => {
  it('one pod is deleted and nothing takes its place', () => {
    const small: SmallScenario = {
      replicas: 6,
      container: READINESS,
      workload: { onSigterm: 'stop-accept', serviceTime: '5ms' },
      changes: [{ at: '10s', scale: { deployment: 'web', replicas: 5 } }],
    };
    expectPoisson(failedAndExpected(small, 600, 30), 80);
  });

  it('rollouts with no hook, whatever the style', () => {
    for (const style of ['exit', 'stop-accept']) {
      const small = { container: READINESS, workload: { onSigterm: style, serviceTime: '5ms', boot: '1s' } };
      expectPoisson(failedAndExpected({ ...small, replicas: 6 }, 400, 6), 500);
    }
  });

  it('pods that are Ready before they listen (R-POD-14)', () => {
    expectPoisson(failedAndExpected({ replicas: 4, workload: { boot: '3s' } }, 300, 6), 2000);
  });

  it('nftables spreads alike', () => {
    const small: SmallScenario = {
      mode: 'nftables',
      replicas: 5,
      workload: { onSigterm: 'exit', boot: '0s' },
    };
    expectPoisson(failedAndExpected(small, 400, 6), 500);
  });

  it('one replica deleted first: nobody is left to send to (R-KP-7, R-SUR-5)', () => {
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
    const small = { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate }, container: READINESS };
    expectPoisson(failedAndExpected({ ...small, workload: { onSigterm: 'exit' } }, 300, 4), 1000);
  });
});

describe('R-SUR-26: 20 pods, 10 000 new connections a second, the process exits at once', () => {
  const small: SmallScenario = {
    replicas: 20,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 5, maxUnavailable: 0 } },
    container: READINESS,
    workload: { onSigterm: 'exit', serviceTime: '5ms', boot: '1s', concurrency: 200 },
    graceSeconds: 30,
  };

  it('without a hook thousands fail, as many as the withdrawal times of this run say', () => {
    const [failed, expected] = failedAndExpected(small, 10_000, 1);
    expectPoisson([failed, expected], 1000);
    expect(failed).toBeLessThan(20_000);
  });

  it('with a preStop sleep of 5 s next to none', () => {
    const container = { ...READINESS, lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    const { totals, timeline } = run({ ...small, container, rate: 10_000 }, 1);
    expect(timeline.filter(({ kind }) => kind === 'pod-gone')).toHaveLength(20);
    expect(totals.failed).toBe(0);
  });
});

describe('R-SUR-1: waves of pods that all need S to start and T to stop', () => {
  it.each(ROLLOUT_DURATIONS)(
    '%s pods, surge %s, unavailable %s, S = %s s, T = %s s',
    (replicas, maxSurge, maxUnavailable, startS, stopS, doneS, goneS, minAvailable, peakPods) => {
      const { rollout, pods } = run(
        {
          nodes: 5,
          replicas,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
          profile: constantLatencies({ containerStart: 1000 * startS, podRemoval: 1000 * stopS }),
          workload: { boot: '0s', onSigterm: 'exit' },
          rate: 10,
        },
        1,
      );
      // The table has one latency of 50 ms for each loop; here loops are shorter, and 20 calls a second at most.
      const toleranceS = 1 + 0.015 * doneS;
      expect(Math.abs((rollout.completeMs ?? Number.NaN) / 1000 - doneS)).toBeLessThan(toleranceS);
      if (goneS !== null) {
        expect(Math.abs((rollout.lastOldPodGoneMs ?? Number.NaN) / 1000 - goneS)).toBeLessThan(toleranceS);
      }
      expect(pods.minReady).toBe(minAvailable);
      expect(pods.peakWithTerminating).toBe(peakPods);
    },
  );
});
