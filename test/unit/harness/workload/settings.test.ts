/** What the workload is told arrives as it was meant, whatever the scenario says. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import {
  readSettings,
  workloadEnvironment,
  type ContainerSettings,
} from '../../../../src/harness/workload/settings.ts';
import type { DistributionSpec } from '../../../../src/kernel/distribution.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import type { Workload } from '../../../../src/scenario/scenario.ts';
import { bundledScenarios, readScenarioFiles } from '../../../../src/scenario-files.ts';
import { WORKLOAD } from './workload-fixture.ts';

const CONTAINER: ContainerSettings = { ports: [8080], readinessPath: null, probePaths: [] };

const positive = fc.double({ min: 0.001, max: 1e9, noNaN: true });
const distribution: fc.Arbitrary<DistributionSpec> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), value: positive }),
  fc.record({ kind: fc.constant('exponential' as const), mean: positive }),
  fc.record({ kind: fc.constant('gamma' as const), mean: positive, cv: positive }),
  fc.record({ kind: fc.constant('empirical' as const), values: fc.array(positive, { minLength: 1 }) }),
);
const workload: fc.Arbitrary<Workload> = fc.record({
  name: fc.string(),
  serviceTime: distribution,
  concurrency: fc.nat(),
  backlog: fc.nat(),
  overflow: fc.constantFrom('http-5xx', 'drop'),
  boot: fc.option(distribution),
  onSigterm: fc.record({
    style: fc.constantFrom('exit', 'stop-accept', 'lame-duck', 'ignore'),
    drainMaxMs: fc.nat(),
    lameDuckMs: fc.nat(),
    failReadiness: fc.boolean(),
    closeHeader: fc.boolean(),
  }),
  keepAliveTimeoutMs: fc.nat(),
  cpuPerRequestMs: positive,
  dependencies: fc.array(fc.string()),
  coldStart: fc.option(fc.record({ factor: positive, tauMs: positive })),
  errorRate: fc.double({ min: 0, max: 1, noNaN: true }).filter((share) => !Object.is(share, -0)),
  runs: fc.option(distribution),
  failureRate: fc.constantFrom(0, 0.25, 1),
});

describe('the workload’s environment', () => {
  it('reads back as what was written', () => {
    fc.assert(
      fc.property(workload, (value) => {
        const env = { ...workloadEnvironment(value, CONTAINER), WORKLOAD_POD: 'p', WORKLOAD_NODE: 'n' };
        expect(readSettings(env)).toEqual({ workload: value, ...CONTAINER, pod: 'p', node: 'n' });
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('holds every workload of the bundled scenarios', () => {
    for (const name of bundledScenarios()) {
      const { scenario } = loadScenario(readScenarioFiles(name));
      for (const object of scenario?.before ?? []) {
        if (object.kind !== 'Deployment') continue;
        for (const container of object.template.containers) {
          const env = workloadEnvironment(container.workload, CONTAINER);
          expect(readSettings(env).workload).toEqual(container.workload);
        }
      }
    }
  });

  it('says which variable is missing or wrong', () => {
    const { WORKLOAD_BOOT_MS: _boot, ...env } = workloadEnvironment(WORKLOAD, CONTAINER);
    expect(() => readSettings(env)).toThrow('the environment lacks WORKLOAD_BOOT_MS');
    expect(() => readSettings({ ...env, WORKLOAD_BOOT_MS: '{' })).toThrow(/WORKLOAD_BOOT_MS holds no JSON/u);
  });
});
