/** What `sim replay` says of its record, on a simulated one that is given a measurement. */
import { expect, test } from 'vitest';
import { simulate } from '../../../src/model/simulate.ts';
import type { Measurement, RunRecord } from '../../../src/record.ts';
import { replayText } from '../../../src/report/text-replay.ts';
import { PLAIN } from '../../../src/report/style.ts';
import { smallScenario } from '../model/small-scenario.ts';

const SIMULATED = simulate(smallScenario({ rate: 100 }), { seed: 1 });

function measured(measurement: Partial<Measurement>): RunRecord {
  return {
    ...SIMULATED,
    source: 'measured',
    measurement: {
      settings: [],
      changes: [],
      cluster: { name: 'test', kubernetesVersion: 'v1.34.4', kubeProxyMode: 'iptables', nodes: 3 },
      load: 'built-in',
      invalidBecause: [],
      partial: false,
      requestsFile: null,
      achievedRateShare: 1,
      lagP99Ms: 1,
      idleCpuShare: 0.5,
      clockErrorMs: 0,
      ...measurement,
    },
  };
}

test('a replay that counts, and one that does not, with the reasons', () => {
  expect(replayText(measured({}), 'a.json', PLAIN)).toMatch(/^small on test: valid\n\n {2}requests/u);
  const not = replayText(measured({ invalidBecause: ['It was late.'] }), 'a.json', PLAIN);
  expect(not).toContain('not valid\n\n  It was late.\n\n');
  expect(replayText(measured({ partial: true }), 'a.json', PLAIN)).toContain('ended before its time');
});

test('what the nodes used, where that is known', () => {
  const nodes = [
    { name: 'worker-1', coresBefore: 0.3149, cores: 0.6 },
    { name: 'kind-control-plane', coresBefore: 0.2, cores: 0.25 },
  ];
  expect(replayText(measured({ nodes }), 'a.json', PLAIN)).toContain(
    '\n  nodes     cores used before the change and from it on: worker-1 0.31 → 0.60, kind-control-plane 0.20 → 0.25\n',
  );
  expect(replayText(measured({}), 'a.json', PLAIN)).not.toContain('nodes');
});

test('a machine that was saturated after the change is told of, one before it is not', () => {
  const machineIdle = [
    { endMs: -500, idleShare: 0 },
    { endMs: 500, idleShare: 0.01 },
    { endMs: 1500, idleShare: 0.6 },
  ];
  expect(replayText(measured({ machineIdle }), 'a.json', PLAIN)).toContain(
    '  machine   less than 5 % idle in 1 of 2 seconds of it: what failed then may be its own doing',
  );
  expect(replayText(measured({ machineIdle: machineIdle.slice(2) }), 'a.json', PLAIN)).not.toContain(
    'machine',
  );
});
