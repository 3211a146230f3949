import { describe, expect, test } from 'vitest';
import { readScenario } from '../../../../src/cli/scenario-input.ts';
import { capacitySettings, peakRate, rateSetting } from '../../../../src/harness/experiment/scaled-rate.ts';
import type { Scenario } from '../../../../src/scenario/scenario.ts';

describe('a scaled rate', () => {
  test('of one number is that number', () => {
    expect(rateSetting({ rate: [{ atMs: 0, rateRps: 10_000 }] }, 200)).toBe('spec.traffic.rate=200');
  });

  test('of a profile keeps its shape, with its busiest moment at the rate', () => {
    const rate = [
      { atMs: 0, rateRps: 8000 },
      { atMs: 120_000, rateRps: 12_000 },
    ];
    expect(peakRate({ rate })).toBe(12_000);
    expect(rateSetting({ rate }, 300)).toBe('spec.traffic.rate=[{at: 0s, rate: 200}, {at: 120s, rate: 300}]');
  });

  test('of callers who wait for their answers is none', () => {
    expect(rateSetting({ rate: [] }, 300)).toBeNull();
  });
});

describe('capacity for a rate above the own one', () => {
  test('grows with it: requests served at once, and connections', () => {
    const { scenario } = bundled('node-drain');
    expect(capacitySettings(scenario, 10_000)).toEqual([
      'spec.traffic.clients.connectionsEach=640',
      'spec.workload.orders.concurrency=20',
    ]);
  });

  test('leaves a request as much less CPU time', () => {
    const { scenario } = bundled('black-friday');
    expect(capacitySettings(scenario, 40_000)).toContain('spec.workload.checkout.cpuPerRequest=175us');
  });

  test.each([1, 1000])('is the own one at %d requests/s', (rateRps) => {
    expect(capacitySettings(bundled('node-drain').scenario, rateRps)).toEqual([]);
  });

  test('is as busy as the own one is at its rate', () => {
    const { scenario, reload } = bundled('node-loss');
    const scaled = reload(capacitySettings(scenario, 3000));
    expect(scaled?.before.flatMap(concurrencies)).toEqual(
      scenario.before.flatMap(concurrencies).map((c) => c * 10),
    );
  });
});

function bundled(name: string): {
  readonly scenario: Scenario;
  readonly reload: (set: readonly string[]) => Scenario | null;
} {
  const { scenario, reload } = readScenario(name, []);
  if (scenario === null) throw new Error(`${name} has errors`);
  return { scenario, reload };
}

function concurrencies(object: Scenario['before'][number]): readonly number[] {
  return 'template' in object ? object.template.containers.map(({ workload }) => workload.concurrency) : [];
}
