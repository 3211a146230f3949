import jstat from 'jstat';
import { describe, expect, test } from 'vitest';
import { RandomStreams, type RandomStream } from '../../../src/kernel/random.ts';
import { BUILT_IN_PROFILES } from '../../../src/scenario/profile.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { fitLatency, SAMPLES_MIN } from '../../../src/verify/fit-latency.ts';
import { normalCdf } from '../../../src/verify/normal-cdf.ts';
import { profileText } from '../../../src/verify/profile-text.ts';
import { templateScenarioFiles } from '../predict/template-scenario.ts';

function draws(count: number, draw: (random: RandomStream) => number): number[] {
  const random = new RandomStreams(5).stream('samples');
  return Array.from({ length: count }, () => draw(random));
}

describe('fitting a latency', () => {
  test('finds a log-normal again', () => {
    const { spec, distance, samples } = fitLatency(
      draws(400, (random) => Math.exp(Math.log(150) + 0.6 * random.normal())),
    );
    if (spec.kind !== 'lognormal') throw new Error(`it is ${spec.kind}`);
    expect(spec.p50 / 150).toBeGreaterThan(0.93);
    expect(spec.p50 / 150).toBeLessThan(1.07);
    expect(Math.log(spec.p99 / spec.p50) / 2.326).toBeCloseTo(0.6, 1);
    expect(samples).toBe(400);
    expect(distance).toBeLessThan(0.08);
  });

  test('finds a uniform again', () => {
    const { spec } = fitLatency(draws(200, (random) => 500 + 2500 * random.unit()));
    if (spec.kind !== 'uniform') throw new Error(`it is ${spec.kind}`);
    expect(spec.min).toBeLessThan(560);
    expect(spec.min).toBeGreaterThan(440);
    expect(spec.max).toBeGreaterThan(2940);
    expect(spec.max).toBeLessThan(3060);
  });

  test('takes what does not vary for a constant', () => {
    expect(fitLatency(Array.from({ length: 20 }, () => 0.42)).spec).toEqual({
      kind: 'constant',
      value: 0.42,
    });
  });

  test('lets samples of no such law stand for themselves', () => {
    const twoHumps = [...Array.from({ length: 12 }, () => 5), ...Array.from({ length: 8 }, () => 1900)];
    expect(fitLatency(twoHumps).spec).toEqual({ kind: 'empirical', values: twoHumps });
  });

  test('takes a negative sample for zero', () => {
    const { spec } = fitLatency([-0.3, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(JSON.stringify(spec)).not.toContain('-');
  });

  test('refuses to fit a handful', () => {
    expect(() => fitLatency(Array.from({ length: SAMPLES_MIN - 1 }, () => 1))).toThrow(RangeError);
  });
});

test.each([-6, -2.3, -1, 0, 0.3, 1.96, 5])('P(Z ≤ %d)', (z) => {
  expect(Math.abs(normalCdf(z) - jstat.normal.cdf(z, 0, 1))).toBeLessThan(1e-7);
});

describe('a calibrated profile', () => {
  const text = profileText({
    name: 'my-kind',
    origin: ['kind v0.33.0'],
    uncertainty: 0.12,
    fitted: {
      apiCall: { spec: { kind: 'lognormal', p50: 7.1, p99: 44 }, samples: 60, distance: 0.06 },
      networkRoundTrip: { spec: { kind: 'constant', value: 0.3 }, samples: 200, distance: 0 },
    },
  });

  test('is read back by a scenario that names it', () => {
    const files = templateScenarioFiles();
    const { scenario, diagnostics } = loadScenario(
      { ...files, entries: { ...files.entries, 'my-kind.yaml': { kind: 'text', text } } },
      { set: ['spec.cluster.profile=my-kind.yaml'] },
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(scenario?.profile).toMatchObject({ name: 'my-kind', uncertainty: 0.12 });
    expect(scenario?.profile.latencies.apiCall).toEqual({ kind: 'lognormal', p50: 7.1, p99: 44 });
    expect(scenario?.profile.latencies.watch).toEqual(BUILT_IN_PROFILES['kind']?.latencies.watch);
  });

  test('says where it comes from and what it leaves as it was', () => {
    expect(text).toMatch(/^# kind v0\.33\.0\n# Not measured, as in the built-in profile kind: watch, /u);
    expect(text).toContain(
      '  # one mutating call to the API server, until it is stored and answered\n  # 60 samples, ',
    );
  });
});
