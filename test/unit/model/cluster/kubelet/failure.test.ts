import { describe, expect, it } from 'vitest';
import { containerOf, hookOf, NodeBench, probeOf, templateOf } from './node-bench.ts';

describe('a container that ends by itself', () => {
  it('is seen by the periodic relist and started again at once the first time (R-POD-7, R-POD-25, R-POD-26)', () => {
    const bench = new NodeBench();
    bench.adopt(templateOf([containerOf('app')]));
    bench.runUntil(5000);
    bench.process('app').end(137);
    bench.runUntil(10_000);
    const seenMs = bench.notes('pod-unready')[0]?.timeMs ?? Number.NaN;
    expect(seenMs - 5000).toBeGreaterThan(3);
    expect(seenMs - 5000).toBeLessThan(1003.1);
    // Sync, then the container alone.
    expect(bench.process('app', 1).startedMs).toBeCloseTo(seenMs - 3 + 400, 6);
    expect(bench.pod()).toMatchObject({ ready: true, restarts: 1, phase: 'Running' });
    expect(bench.notes('container-exited')[0]?.detail).toBe('exit code 137');
  });

  it('is ready again only after its readiness probe, which starts from failure (R-POD-25)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (_name, restart) => ({ bootMs: restart === 0 ? 0 : 8000 });
    bench.adopt(templateOf([containerOf('app', { readinessProbe: probeOf({ periodSeconds: 1 }) })]));
    bench.runUntil(5000);
    bench.process('app').end(1);
    bench.runUntil(30_000);
    const again = bench.process('app', 1).startedMs + 8000;
    expect(bench.notes('pod-ready')).toHaveLength(1);
    expect(bench.notes('pod-ready')[0]?.timeMs).toBeGreaterThan(again);
    expect(bench.notes('pod-ready')[0]?.timeMs).toBeLessThan(again + 1010);
  });

  it.each([1, 2, 3, 4, 5])('waits 0, 10, 20, 40 s … and at most 300 s (R-POD-26), seed %d', (seed) => {
    const bench = new NodeBench({ seed });
    bench.runtime.behaviourOf = () => ({ runsMs: 1000, exitCode: 1 });
    bench.create(templateOf([containerOf('app')]));
    bench.runUntil(2_400_000);
    const { processes } = bench.runtime;
    const waits = processes.slice(1).map(({ startedMs }, index) => {
      return (startedMs - (processes[index]?.endedMs ?? Number.NaN)) / 1000;
    });
    for (const [index, step] of [0, 10, 20, 40, 80, 160, 300, 300].entries()) {
      const wait = waits[index] ?? Number.NaN;
      expect(wait).toBeGreaterThanOrEqual(step);
      // The retry comes at U(1, 1.5) times what is left, at most 60 s of it at a time, and at a whole second.
      expect(wait).toBeLessThanOrEqual(step + Math.min(0.5 * step, 30) + 2);
    }
    expect(bench.pod()).toMatchObject({ phase: 'Running', ready: false });
  });

  it('forgets its back-off after running for more than ten minutes (R-POD-26)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (_name, restart) => ({ runsMs: restart === 3 ? 700_000 : 1000, exitCode: 1 });
    bench.create(templateOf([containerOf('app')]));
    bench.runUntil(1_000_000);
    const ended = bench.process('app', 3).endedMs ?? Number.NaN;
    expect(bench.process('app', 4).startedMs - ended).toBeLessThan(2000);
    const wait = bench.process('app', 5).startedMs - (bench.process('app', 4).endedMs ?? Number.NaN);
    expect(wait).toBeGreaterThanOrEqual(10_000);
    expect(wait).toBeLessThan(18_000);
  });

  it('restarts after exit code 0 too under restartPolicy Always (R-POD-32)', () => {
    const bench = new NodeBench();
    bench.adopt(templateOf([containerOf('app')]));
    bench.process('app').end(0);
    bench.runUntil(5000);
    expect(bench.process('app', 1).endedMs).toBeNull();
  });

  it('keeps a sidecar’s restarts apart from the application’s', () => {
    const bench = new NodeBench();
    bench.adopt(
      templateOf([containerOf('app')], { initContainers: [containerOf('proxy', { sidecar: true })] }),
    );
    bench.process('proxy').end(1);
    bench.runUntil(5000);
    expect(bench.pod()).toMatchObject({ restarts: 0, sidecarRestarts: 1, ready: true });
  });
});

describe('a failed liveness or startup probe (R-POD-27)', () => {
  const livenessProbe = probeOf({ periodSeconds: 2, failureThreshold: 3 });

  it('kills the container with the pod’s whole grace and starts it again, the pod not terminating', () => {
    const bench = new NodeBench();
    let hung = false;
    bench.runtime.behaviourOf = (_name, restart) =>
      restart > 0
        ? {}
        : { drainMs: null, answer: (kind) => ({ success: kind === 'readiness' || !hung, latencyMs: 1 }) };
    const container = containerOf('app', {
      livenessProbe,
      readinessProbe: probeOf({ periodSeconds: 1 }),
      preStop: hookOf('sleep', 5),
    });
    bench.adopt(templateOf([container], { terminationGracePeriodSeconds: 20 }));
    bench.runUntil(10_000);
    hung = true;
    bench.runUntil(60_000);
    const { probes, endedMs } = bench.process('app');
    const failed = probes
      .filter(({ kind, timeMs }) => kind === 'liveness' && timeMs >= 10_000)
      .map(({ timeMs }) => timeMs);
    const decidedMs = (failed[2] ?? Number.NaN) + 1;
    expect(failed).toHaveLength(3);
    expect(bench.notes('sigterm')[0]?.timeMs).toBeCloseTo(decidedMs + 5000, 6);
    expect(endedMs).toBeCloseTo(decidedMs + 20_000, 6);
    // Started in the same sync: no back-off before the second such kill.
    expect(bench.process('app', 1).startedMs).toBeCloseTo(decidedMs + 20_400, 6);
    // Ready until the end was seen: nothing was withdrawn before the requests failed.
    expect(bench.notes('pod-unready')[0]?.timeMs).toBeGreaterThan(decidedMs + 20_000);
    expect(bench.stored.every(({ pod }) => pod?.deletionMs === null)).toBe(true);
    expect(bench.pod()).toMatchObject({ restarts: 1, ready: true });
  });

  it('uses the probe’s own grace when it has one', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (_name, restart) =>
      restart > 0 ? {} : { drainMs: null, answer: () => ({ success: false, latencyMs: 1 }) };
    const own = { ...livenessProbe, terminationGracePeriodSeconds: 3 };
    bench.adopt(templateOf([containerOf('app', { livenessProbe: own })]));
    bench.runUntil(60_000);
    const [term, kill] = [bench.notes('sigterm')[0], bench.notes('sigkill')[0]];
    expect((kill?.timeMs ?? 0) - (term?.timeMs ?? 0)).toBe(3000);
  });

  it('gives a slow start failureThreshold times period before it is killed (R-POD-11)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ bootMs: 60_000 });
    const startupProbe = probeOf({ periodSeconds: 2, failureThreshold: 5 });
    bench.create(templateOf([containerOf('app', { startupProbe, readinessProbe: probeOf() })]));
    bench.runUntil(13_000);
    const first = bench.process('app');
    expect(first.probes.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'startup'));
    expect(first.endedMs).toBeGreaterThan(first.startedMs + 8000);
    expect(first.endedMs).toBeLessThan(first.startedMs + 10_200);
  });

  it('slows a loop of such kills down by the exit before (R-POD-27)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ answer: () => ({ success: false, latencyMs: 1 }) });
    const quick = probeOf({ periodSeconds: 1, failureThreshold: 1 });
    bench.create(templateOf([containerOf('app', { livenessProbe: quick })]));
    bench.runUntil(60_000);
    const waits = [1, 2, 3].map(
      (restart) =>
        bench.process('app', restart).startedMs - (bench.process('app', restart - 1).endedMs ?? Number.NaN),
    );
    expect(waits[0]).toBe(400);
    expect(waits[1]).toBe(400);
    expect(waits[2]).toBeGreaterThan(9000);
  });

  it('gives way to a deletion in the middle of the kill', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    bench.runtime.behaviourOf = () => ({ drainMs: null, answer: () => ({ success: false, latencyMs: 1 }) });
    bench.adopt(templateOf([containerOf('app', { livenessProbe })]));
    bench.runUntil(15_000);
    expect(bench.notes('sigterm')).toHaveLength(1);
    bench.delete(5);
    bench.runUntil(60_000);
    expect(bench.seconds('sigkill')).toEqual([20]);
    expect(bench.runtime.processes).toHaveLength(1);
    expect(bench.pod()).toBeUndefined();
  });
});

describe('pods of Jobs', () => {
  const job = containerOf('migrate');

  it('end Succeeded, keep their object and give their address back', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ runsMs: 3000 });
    bench.create(templateOf([job], { restartPolicy: 'Never' }));
    bench.runUntil(30_000);
    expect(bench.pod()).toMatchObject({ phase: 'Succeeded', ready: false });
    expect(bench.runtime.addresses.at(-1)).toMatchObject({ up: false });
    bench.delete();
    bench.runUntil(40_000);
    expect(bench.pod()).toBeUndefined();
    expect(bench.runtime.processes).toHaveLength(1);
  });

  it('end Failed under Never', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ runsMs: 3000, exitCode: 1 });
    bench.create(templateOf([job], { restartPolicy: 'Never' }));
    bench.runUntil(60_000);
    expect(bench.pod()?.phase).toBe('Failed');
    expect(bench.runtime.processes).toHaveLength(1);
  });

  it('start again in place under OnFailure until they succeed', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (_name, restart) => ({ runsMs: 1000, exitCode: restart < 2 ? 1 : 0 });
    bench.create(templateOf([job], { restartPolicy: 'OnFailure' }));
    bench.runUntil(60_000);
    expect(bench.runtime.processes).toHaveLength(3);
    expect(bench.pod()).toMatchObject({ phase: 'Succeeded', restarts: 2 });
  });

  it('end their sidecars once the work is done (R-POD-24)', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = (name) => (name === 'migrate' ? { runsMs: 3000 } : { drainMs: 500 });
    bench.create(
      templateOf([job], {
        restartPolicy: 'OnFailure',
        initContainers: [containerOf('proxy', { sidecar: true })],
      }),
    );
    bench.runUntil(60_000);
    expect(bench.process('proxy').endedMs).toBeGreaterThan(bench.process('migrate').endedMs ?? Infinity);
    expect(bench.pod()?.phase).toBe('Succeeded');
    expect(bench.runtime.processes).toHaveLength(2);
  });
});
