import { expect, test } from 'vitest';
import { compileDistribution } from '../../../src/kernel/distribution.ts';
import { onLoadedMachine } from '../../../src/verify/loaded-machine.ts';
import type { Measurement, RunRecord } from '../../../src/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { templateScenario } from '../predict/template-scenario.ts';

const scenario = templateScenario();

function withStartWork(value: number): Scenario {
  const startWork = { kind: 'constant', value } as const;
  const { profile } = scenario;
  return { ...scenario, profile: { ...profile, latencies: { ...profile.latencies, startWork } } };
}

const recordAt = (idleCpuShare: number, more: Partial<Measurement> = {}): RunRecord => {
  const measurement = { idleCpuShare, invalidBecause: [], partial: false, ...more };
  return { measurement } as Partial<RunRecord> as RunRecord;
};

test('starts take as much longer as the load leaves less of the machine (R-POD-3)', () => {
  const { scenario: loaded, idleShare } = onLoadedMachine(withStartWork(200), [recordAt(0.3), recordAt(0.5)]);
  expect(idleShare).toBeCloseTo(0.4);
  expect(compileDistribution(loaded.profile.latencies.startWork).mean).toBeCloseTo(500);
  expect(loaded.profile.latencies.containerStart).toEqual(scenario.profile.latencies.containerStart);
});

test('replays that do not count say nothing about the machine of those that do', () => {
  const busy = recordAt(0.02, { invalidBecause: ['The machine was 2 % idle.'] });
  const cut = recordAt(0.9, { partial: true });
  expect(onLoadedMachine(withStartWork(200), [recordAt(0.6), busy, cut]).idleShare).toBe(0.6);
  expect(onLoadedMachine(withStartWork(200), [busy]).idleShare).toBeNull();
});

test('a machine with nothing left does not stop them', () => {
  const { scenario: loaded } = onLoadedMachine(withStartWork(200), [recordAt(0)]);
  expect(compileDistribution(loaded.profile.latencies.startWork).mean).toBeCloseTo(4000);
});

test('nodes that are machines of their own, and records without a measurement, change nothing', () => {
  const apart = withStartWork(0);
  expect(onLoadedMachine(apart, [recordAt(0.5)])).toEqual({ scenario: apart, idleShare: null });
  const shared = withStartWork(200);
  expect(onLoadedMachine(shared, [{} as RunRecord])).toEqual({ scenario: shared, idleShare: null });
});
