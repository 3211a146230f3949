import { describe, expect, it } from 'vitest';
import type { ProbeKind } from '../../../../../src/model/cluster/container-runtime.ts';
import { containerOf, NodeBench, probeOf, templateOf } from './node-bench.ts';

const START_MS = 1001;

function timesOf(bench: NodeBench, kind: ProbeKind, restart = 0): number[] {
  const probes = bench.process('app', restart).probes;
  return probes.filter((probe) => probe.kind === kind).map(({ timeMs }) => timeMs);
}

/** When the first readiness probe of an adopted pod comes. */
function phaseWith(changes: Parameters<typeof containerOf>[1]): number {
  const bench = new NodeBench({ seed: 7 });
  bench.adopt(templateOf([containerOf('app', { readinessProbe: probeOf(), ...changes })]));
  bench.runUntil(20_000);
  return timesOf(bench, 'readiness')[0] ?? Number.NaN;
}

describe('when a probe asks', () => {
  it('asks liveness on a grid that begins with the pod’s first sync (R-POD-9)', () => {
    const bench = new NodeBench();
    bench.create(templateOf([containerOf('app', { livenessProbe: probeOf({ periodSeconds: 4 }) })]));
    bench.runUntil(14_000);
    expect(timesOf(bench, 'liveness')).toEqual([4001, 8001, 12_001]);
  });

  it('asks readiness at once and again after the first result, then restarts its period (R-POD-12)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ bootMs: 60_000 });
    bench.create(templateOf([containerOf('app', { readinessProbe: probeOf({ periodSeconds: 5 }) })]));
    bench.runUntil(18_000);
    const [first, second] = [START_MS + 50, START_MS + 100];
    expect(timesOf(bench, 'readiness')).toEqual([
      first,
      second,
      second + 5000,
      second + 10_000,
      second + 15_000,
    ]);
  });

  it('asks nothing during the initial delay, counted in whole seconds (R-POD-10)', () => {
    const bench = new NodeBench();
    const livenessProbe = probeOf({ periodSeconds: 1, initialDelaySeconds: 3 });
    bench.create(templateOf([containerOf('app', { livenessProbe })]));
    bench.runUntil(6500);
    // The container starts at 1.001 s and has run for 3 s at 4.001 s.
    expect(timesOf(bench, 'liveness')).toEqual([4001, 5001, 6001]);
  });

  it('counts the initial delay from the whole second in which the container started (R-POD-10)', () => {
    const bench = new NodeBench({ latencies: { containerStart: 1600 } });
    const livenessProbe = probeOf({ periodSeconds: 1, initialDelaySeconds: 3 });
    bench.create(templateOf([containerOf('app', { livenessProbe })]));
    bench.runUntil(4500);
    // It starts at 1.601 s, which the status cache keeps as 1 s: at 4.001 s it counts as 3 s old and is 2.4 s.
    expect(timesOf(bench, 'liveness')).toEqual([4001]);
  });

  it('holds readiness and liveness back until the startup probe has succeeded (R-POD-11)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ bootMs: 5000 });
    const probes = { startupProbe: probeOf({ periodSeconds: 2, failureThreshold: 30 }) };
    const others = { readinessProbe: probeOf(), livenessProbe: probeOf({ periodSeconds: 1 }) };
    bench.create(templateOf([containerOf('app', { ...probes, ...others })]));
    bench.runUntil(30_000);
    const startup = timesOf(bench, 'startup');
    // The application is up at 6.001 s; the startup probe asks each 2 s since 0.001 s and never again after success.
    expect(startup).toEqual([2001, 4001, 6001]);
    expect(timesOf(bench, 'liveness')[0]).toBe(7001);
    expect(timesOf(bench, 'readiness')[0]).toBeLessThan(6001 + 200);
    expect(bench.notes('pod-ready')[0]?.timeMs).toBeLessThan(6001 + 300);
  });
});

describe('what an answer does', () => {
  it('is a failure when it comes after the timeout (R-POD-8)', () => {
    const late = new NodeBench();
    late.runtime.behaviourOf = () => ({ answer: () => ({ success: true, latencyMs: 1001 }) });
    const intime = new NodeBench();
    intime.runtime.behaviourOf = () => ({ answer: () => ({ success: true, latencyMs: 1000 }) });
    for (const bench of [late, intime]) {
      bench.create(templateOf([containerOf('app', { readinessProbe: probeOf({ timeoutSeconds: 1 }) })]));
      bench.runUntil(40_000);
    }
    expect(late.pod()?.ready).toBe(false);
    expect(intime.pod()?.ready).toBe(true);
  });

  it('flips readiness only after failureThreshold failures in a row (R-POD-13)', () => {
    const bench = new NodeBench();
    const down = { from: Infinity, until: Infinity };
    const answer = (_kind: ProbeKind, nowMs: number): { success: boolean; latencyMs: number } => ({
      success: nowMs < down.from || nowMs >= down.until,
      latencyMs: 1,
    });
    bench.runtime.behaviourOf = () => ({ answer });
    bench.adopt(templateOf([containerOf('app', { readinessProbe: probeOf({ periodSeconds: 10 }) })]));
    bench.runUntil(50_000);
    const lastMs = timesOf(bench, 'readiness').at(-1) ?? Number.NaN;
    // Two failures are forgiven.
    down.from = lastMs + 1;
    down.until = lastMs + 20_001;
    bench.runUntil(lastMs + 35_000);
    expect(bench.notes('pod-unready')).toEqual([]);
    down.from = lastMs + 35_000;
    down.until = Infinity;
    bench.runUntil(lastMs + 80_000);
    // Onset 5 s before a tick: 5 + 2·10 s, then the status path.
    const lostMs = bench.notes('pod-unready')[0]?.timeMs ?? Number.NaN;
    expect(lostMs - down.from).toBeGreaterThan(25_000);
    expect(lostMs - down.from).toBeLessThan(25_050);
  });

  it('needs successThreshold successes to come back', () => {
    const bench = new NodeBench();
    const readinessProbe = probeOf({ periodSeconds: 10, successThreshold: 3 });
    bench.create(templateOf([containerOf('app', { readinessProbe })]));
    bench.runUntil(60_000);
    const third = timesOf(bench, 'readiness')[2] ?? Number.NaN;
    expect(bench.notes('pod-ready')[0]?.timeMs).toBe(third + 1 + 3);
  });

  it('reaches the status at once, without waiting for a sync (R-POD-15)', () => {
    const bench = new NodeBench();
    let up = false;
    bench.runtime.behaviourOf = () => ({ answer: () => ({ success: up, latencyMs: 1 }) });
    bench.create(templateOf([containerOf('app', { readinessProbe: probeOf() })]));
    bench.runUntil(15_000);
    up = true;
    bench.runUntil(30_000);
    const success = timesOf(bench, 'readiness').find((timeMs) => timeMs > 15_000) ?? Number.NaN;
    expect(bench.notes('pod-ready')[0]?.timeMs).toBe(success + 1 + 3);
  });
});

describe('an adopted pod', () => {
  it('keeps its probes at a random phase and stays ready without a write', () => {
    const phases = new Set<number>();
    for (let seed = 1; seed <= 5; seed++) {
      const bench = new NodeBench({ seed });
      bench.adopt(templateOf([containerOf('app', { readinessProbe: probeOf(), livenessProbe: probeOf() })]));
      bench.runUntil(300_000);
      const times = timesOf(bench, 'readiness');
      expect(times.length).toBeGreaterThanOrEqual(29);
      expect(times[0]).toBeLessThan(10_000);
      phases.add(times[0] ?? 0);
      expect(bench.stored.filter(({ timeMs }) => timeMs > 0)).toEqual([]);
      expect(bench.timeline.events).toEqual([]);
    }
    expect(phases.size).toBe(5);
  });

  it('draws the phase of a pod from its own stream, whatever the template says', () => {
    expect(phaseWith({ image: 'app:2' })).toBe(phaseWith({}));
  });
});
