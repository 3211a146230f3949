import { describe, expect, it } from 'vitest';
import { containerOf, NodeBench, probeOf, templateOf } from './node-bench.ts';

describe('the status goroutine (R-POD-15)', () => {
  it('writes one pod after another: many pods that start together queue', () => {
    const bench = new NodeBench({ latencies: { apiCall: 10 } });
    for (let i = 1; i <= 10; i++) bench.create(templateOf([containerOf('app')]), `pod-${i}`);
    bench.runUntil(5000);
    const times = bench.notes('pod-ready').map(({ timeMs }) => timeMs);
    // A GET and a PATCH of 10 ms each per pod.
    expect(times).toEqual(Array.from({ length: 10 }, (_, i) => 1051 + 15 + 20 * i));
  });

  it('waits for its client’s tokens once the burst of 100 is used up (R-GEN-4)', () => {
    const bench = new NodeBench({ latencies: { apiCall: 0.002 } });
    for (let i = 1; i <= 50; i++) bench.create(templateOf([containerOf('app')]), `pod-${i}`);
    bench.runUntil(10_000);
    const last = bench.notes('pod-ready').at(-1)?.timeMs ?? Number.NaN;
    // 100 calls at first sight, then 50·2 calls less the 50 or so tokens of the second in between.
    expect(last).toBeGreaterThan(1051 + 900);
    expect(last).toBeLessThan(1051 + 1100);
  });

  it('writes what it had when its turn came, then only the newest', () => {
    const bench = new NodeBench({ latencies: { apiCall: 3000 } });
    bench.create(templateOf([containerOf('app')]));
    bench.runUntil(30_000);
    const writes = bench.stored.filter(({ pod }) => pod !== null).map(({ pod }) => [pod?.phase, pod?.ready]);
    expect(writes).toEqual([
      ['Pending', false],
      // The first turn began before the pod was ready and took 6 s.
      ['Pending', false],
      ['Running', true],
    ]);
  });

  it('stores the time of the transition in whole seconds, as of the change (R-GEN-5)', () => {
    const bench = new NodeBench({ latencies: { apiCall: 4000 } });
    bench.create(templateOf([containerOf('app')]));
    bench.runUntil(30_000);
    expect(bench.pod()).toMatchObject({ ready: true, readyTransitionMs: 1000 });
  });

  it('keeps that time while other parts of the status change', () => {
    const bench = new NodeBench({ latencies: { containerStart: 5000 } });
    bench.runtime.behaviourOf = () => ({ bootMs: 60_000 });
    bench.create(templateOf([containerOf('app', { readinessProbe: probeOf() })]));
    bench.runUntil(30_000);
    expect(bench.pod()).toMatchObject({ phase: 'Running', hasIp: true, ready: false, readyTransitionMs: 0 });
  });
});
