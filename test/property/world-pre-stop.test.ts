/** R-INV-7: a longer sleep before SIGTERM loses no more requests, as long as the grace period holds it and the drain. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxUnavailable } from '../../src/model/cluster/deployment/fenceposts.ts';
import { simulate } from '../../src/model/simulate.ts';
import type { Deployment } from '../../src/scenario/scenario.ts';
import { smallScenario, type SmallScenario } from '../unit/model/small-scenario.ts';
import { seeds, smallRollouts } from './scenario-arbitrary.ts';

const SLEEP_SECONDS = [0, 0.2, 0.6, 1.2, 2.5, 8] as const;
const RATE_RPS = 200;

/** New connections, truthful probes, the grace period out of the way. */
function withSleep(small: SmallScenario, style: string, seconds: number): SmallScenario {
  return {
    ...small,
    graceSeconds: 60,
    rate: RATE_RPS,
    traffic: { arrivals: 'poisson' },
    service: {},
    clients: { keepAlive: false, count: 6, connectionsEach: 100 },
    workload: { boot: '1s', serviceTime: '10ms', onSigterm: { style, drainMax: '10s' } },
    container: {
      readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
      lifecycle: { preStop: { exec: { command: ['sleep', String(seconds)] } } },
    },
  };
}

interface Outcome {
  readonly failed: readonly number[];
  /** Pods that serve all along. */
  readonly leastPods: number;
}

function outcomeOf(small: SmallScenario, style: string, seed: number): Outcome {
  const scenarios = SLEEP_SECONDS.map((seconds) => smallScenario(withSleep(small, style, seconds)));
  const manifest = scenarios[0]?.before.find((object): object is Deployment => object.kind === 'Deployment');
  if (manifest === undefined) throw new Error('the scenario has no Deployment');
  return {
    failed: scenarios.map((scenario) => simulate(scenario, { seed }).totals.failed),
    leastPods: manifest.replicas - maxUnavailable(manifest),
  };
}

describe('R-INV-7', () => {
  it('failures do not grow with the preStop sleep, and end with it', () => {
    let excess = 0;
    let first = 0;
    fc.assert(
      fc.property(smallRollouts, fc.constantFrom('exit', 'stop-accept'), seeds, (small, style, seed) => {
        const { failed, leastPods } = outcomeOf(small, style, seed);
        // A hook that ends at another time moves status writes and removals, and with them whether a later withdrawal
        // has to wait for a proxy's next sync (R-KP-2): up to a second of one pod's share, and Poisson noise.
        const share = RATE_RPS / Math.max(1, leastPods);
        failed.forEach((more, index) => {
          for (const fewer of failed.slice(index + 1)) {
            expect(fewer).toBeLessThanOrEqual(more + share + 3 * Math.sqrt(more));
          }
        });
        // With nobody else to send to (R-KP-4) a node goes on sending to the last pod until a new one is Ready.
        if (leastPods > 0) expect(failed.at(-1)).toBe(0);
        excess += (failed[1] ?? 0) - (failed[0] ?? 0);
        first += failed[0] ?? 0;
      }),
      { seed: 20_291, numRuns: 30 },
    );
    // Over all runs together that noise cancels: even a fifth of a second helps.
    expect(first).toBeGreaterThan(1000);
    expect(excess).toBeLessThan(0);
  });
});
