import { describe, expect, it } from 'vitest';
import { compileDistribution } from '../../../../src/kernel/distribution.ts';
import { Histogram } from '../../../../src/kernel/histogram.ts';
import { RandomStreams } from '../../../../src/kernel/random.ts';
import type { ServerSpec } from '../../../../src/model/data-plane.ts';
import { LatencyLaws } from '../../../../src/model/traffic/latency-law.ts';

const SPEC: ServerSpec = {
  serviceTime: { kind: 'lognormal', p50: 20, p99: 90 },
  concurrency: 64,
  backlog: 128,
  overflow: 'http-5xx',
  keepAliveTimeoutMs: 75_000,
  cpuPerRequestMs: 0.7,
  cpuLimitMilli: 1000,
  coldStart: null,
  errorRate: 0,
};

/** M/D/1 in front of the service, request by request. */
function followed(utilization: number, count: number): Histogram {
  const random = new RandomStreams(9).stream('followed');
  const service = compileDistribution(SPEC.serviceTime);
  const histogram = new Histogram();
  let atMs = 0;
  let freeMs = 0;
  for (let i = 0; i < count; i++) {
    atMs += (random.exponential() * 0.7) / utilization;
    const runsMs = Math.max(atMs, freeMs);
    freeMs = runsMs + 0.7;
    histogram.record(runsMs - atMs + Math.max(0.7, service.sample(random)) + 2 * 0.25);
  }
  return histogram;
}

describe('LatencyLaws', () => {
  it.each([0.34, 0.8])('draw what requests that are followed take, at utilisation %f', (utilization) => {
    const laws = new LatencyLaws(0.25, false);
    const law = laws.lawOf(SPEC, utilization);
    const drawn = new Histogram();
    const masses = [1];
    laws.drawInto(drawn, masses, 400_000, new RandomStreams(2).stream('fill'));
    expect(law).toBe(0);
    expect(drawn.count).toBe(400_000);
    const seen = followed(utilization, 400_000);
    for (const p of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      expect(Math.abs(drawn.quantile(p) / seen.quantile(p) - 1)).toBeLessThan(p > 0.99 ? 0.03 : 0.012);
    }
  });

  it('shares a law between pods of equal code and load, and knows new connections by their handshake', () => {
    const laws = new LatencyLaws(1, true);
    expect(laws.lawOf(SPEC, 0.5)).toBe(laws.lawOf({ ...SPEC }, 0.501));
    expect(laws.lawOf(SPEC, 0.7)).not.toBe(laws.lawOf(SPEC, 0.5));
    const kept = new LatencyLaws(1, false);
    expect(laws.meanMs(0) - kept.meanMs(kept.lawOf(SPEC, 0.5))).toBeCloseTo(2, 9);
    expect(laws.longestMs(2e-4)).toBeGreaterThan(90);
  });
});
