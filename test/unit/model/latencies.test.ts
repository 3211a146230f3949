import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../src/kernel/random.ts';
import { Latencies } from '../../../src/model/latencies.ts';
import { BUILT_IN_PROFILES, type Profile } from '../../../src/scenario/profile.ts';

const KIND = BUILT_IN_PROFILES['kind'] as Profile;
const RUNS = 2000;

/** Of each run, the factors on two latencies that are constants otherwise. */
function factors(uncertainty: number): { apiCall: number; watch: number }[] {
  const one = { kind: 'constant', value: 1 } as const;
  const profile = { ...KIND, uncertainty, latencies: { ...KIND.latencies, apiCall: one, watch: one } };
  return Array.from({ length: RUNS }, (_, seed) => {
    const latencies = new Latencies(profile, new RandomStreams(seed));
    return { apiCall: latencies.sample('apiCall', 'a'), watch: latencies.sample('watch', 'a') };
  });
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[index], 0) / pairs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sum = (term: (x: number, y: number) => number): number =>
    pairs.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

describe('the factor of a latency', () => {
  it('is the same for every draw of a run', () => {
    const one = { kind: 'constant', value: 1 } as const;
    const profile = { ...KIND, latencies: { ...KIND.latencies, apiCall: one } };
    const latencies = new Latencies(profile, new RandomStreams(7));
    const first = latencies.sample('apiCall', 'a');
    expect(first).not.toBe(1);
    expect(latencies.sample('apiCall', 'a')).toBe(first);
    expect(latencies.sample('apiCall', 'b')).toBe(first);
  });

  it('spreads log-normally between runs, by the uncertainty, and independently of other latencies', () => {
    const logs = factors(0.3).map(({ apiCall, watch }) => [Math.log(apiCall), Math.log(watch)] as const);
    const centre = logs.reduce((sum, [x]) => sum + x, 0) / RUNS;
    const spread = Math.sqrt(logs.reduce((sum, [x]) => sum + (x - centre) * (x - centre), 0) / (RUNS - 1));
    // Five standard errors each: of a mean, of a standard deviation, of a correlation.
    expect(Math.abs(centre)).toBeLessThan((5 * 0.3) / Math.sqrt(RUNS));
    expect(Math.abs(spread - 0.3)).toBeLessThan((5 * 0.3) / Math.sqrt(2 * RUNS));
    expect(Math.abs(correlation(logs))).toBeLessThan(5 / Math.sqrt(RUNS));
  });

  it('is 1 without uncertainty', () => {
    expect(new Set(factors(0).map(({ apiCall }) => apiCall))).toEqual(new Set([1]));
  });
});

describe('draws', () => {
  it('of one entity do not move those of another', () => {
    const alone = new Latencies(KIND, new RandomStreams(3));
    const beside = new Latencies(KIND, new RandomStreams(3));
    for (let i = 0; i < 5; i++) beside.sample('schedule', 'other');
    expect(beside.sample('schedule', 'pod')).toBe(alone.sample('schedule', 'pod'));
  });
});
