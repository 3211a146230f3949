import { describe, expect, it } from 'vitest';
import type { Hook } from '../../../../../src/scenario/scenario.ts';
import { containerOf, hookOf, NodeBench, probeOf, templateOf, type Behaviour } from './node-bench.ts';

function sinceDeletion(timeMs: number | undefined): number | null {
  return timeMs === undefined ? null : Math.round(timeMs - 10_000) / 1000;
}

/** Deletes a running pod at 10 s and returns the times since then, in seconds less the kubelet's reaction. */
function terminate(
  graceSeconds: number,
  preStop: Hook | null,
  behaviour: Behaviour = { drainMs: null },
): { bench: NodeBench; term: number | null; kill: number | null; exit: number } {
  const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
  bench.runtime.behaviourOf = () => behaviour;
  bench.create(
    templateOf([containerOf('app', { preStop })], { terminationGracePeriodSeconds: graceSeconds }),
  );
  bench.runUntil(10_000);
  bench.delete();
  bench.runUntil(200_000);
  return {
    bench,
    term: sinceDeletion(bench.notes('sigterm')[0]?.timeMs),
    kill: sinceDeletion(bench.notes('sigkill')[0]?.timeMs),
    exit: sinceDeletion(bench.notes('container-exited')[0]?.timeMs) ?? Number.NaN,
  };
}

describe('the kill sequence of an application that ignores SIGTERM (R-POD-18)', () => {
  it.each([
    [30, null, 0, 30],
    [30, 10, 10, 30],
    [30, 45, 30, 32],
    [60, 45, 45, 60],
    // R-SUR-12: at least two seconds between the signals.
    [1, null, 0, 2],
    [30, 29, 29, 31],
    // Only whole seconds of the hook count.
    [30, 10.9, 10.9, 30.9],
    // R-POD-20: no sleep at all is allowed.
    [30, 0, 0, 30],
  ])('grace %d s, preStop %s s: SIGTERM at %d, SIGKILL at %d', (grace, sleep, term, kill) => {
    const result = terminate(grace, sleep === null ? null : hookOf('sleep', sleep));
    expect(result).toMatchObject({ term, kill, exit: kill });
    expect(result.bench.pod()).toBeUndefined();
  });
});

describe('the worked examples (R-SUR-27)', () => {
  const drains = { drainMs: 10 };
  it.each([
    ['none, 30', null, 30, 0.041, null],
    ['sleep 5 native, 30', hookOf('sleep', 5), 30, 5.041, null],
    ['sleep 45, 30', hookOf('sleep', 45), 30, 30.041, null],
    ['sleep 45, 60', hookOf('sleep', 45), 60, 45.041, null],
    // The hook's own signal ends the application, and with it the hook.
    ['kill -TERM 1; sleep 45, 60', hookOf('exec', 'TERM', 45), 60, null, 0.041],
    ['kill -TERM 1; sleep 45, 30', hookOf('exec', 'TERM', 45), 30, null, 0.041],
  ] as const)('%s', (_name, preStop, grace, term, hookSignal) => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => drains;
    bench.adopt(templateOf([containerOf('app', { preStop })], { terminationGracePeriodSeconds: grace }));
    bench.delete();
    bench.runUntil(100_000);
    const { signals, endedMs } = bench.process('app');
    const first = hookSignal ?? term ?? Number.NaN;
    expect(bench.notes('sigterm').map((note) => note.timeMs / 1000)).toEqual(term === null ? [] : [term]);
    expect(bench.notes('sigkill')).toEqual([]);
    expect(signals).toEqual([{ signal: 'TERM', timeMs: first * 1000 }]);
    expect(endedMs).toBe(first * 1000 + 10);
  });

  it('limits the drain by SIGKILL: at 30, at 60, and two seconds after a hook that used it all up', () => {
    const ignoring = { drainMs: null };
    const killedAt = (preStop: Hook | null, grace: number): number | null =>
      terminate(grace, preStop, ignoring).kill;
    expect(killedAt(hookOf('exec', 'TERM', 45), 60)).toBe(60);
    expect(killedAt(hookOf('exec', 'TERM', 45), 30)).toBe(32);
    expect(killedAt(hookOf('sleep', 5), 30)).toBe(30);
    expect(killedAt(hookOf('sleep', 45), 30)).toBe(32);
  });
});

describe('the end of the application during its termination', () => {
  it('takes an exec hook with it, and the sequence goes on at once (R-POD-21)', () => {
    const { exit, term, bench } = terminate(60, hookOf('exec', 'TERM', 45), { drainMs: 3000 });
    expect({ exit, term }).toEqual({ exit: 3, term: null });
    expect(bench.seconds('pod-gone')).toEqual([13.6]);
  });

  it('does not touch a native sleep (R-POD-20)', () => {
    const bench = new NodeBench();
    bench.adopt(templateOf([containerOf('app', { preStop: hookOf('sleep', 20) })]));
    bench.delete();
    bench.runUntil(5000);
    bench.process('app').end(1);
    bench.runUntil(60_000);
    expect(bench.notes('sigterm')).toEqual([]);
    // 41 ms to the hook, the hook, then the removal.
    expect(bench.seconds('pod-gone')).toEqual([20.6]);
  });

  it('ends the wait for SIGKILL early', () => {
    const { term, kill, exit } = terminate(30, null, { drainMs: 4000 });
    expect({ term, kill, exit }).toEqual({ term: 0, kill: null, exit: 4 });
  });
});

describe('probes during termination (R-POD-19)', () => {
  it('keeps asking readiness, so that the pod may become unready, and stops liveness', () => {
    const bench = new NodeBench();
    const failing = {
      answer: () => ({ success: bench.simulation.nowMs < 1000, latencyMs: 1 }),
      drainMs: null,
    };
    bench.runtime.behaviourOf = () => failing;
    const probe = probeOf({ periodSeconds: 2, failureThreshold: 2 });
    bench.adopt(templateOf([containerOf('app', { readinessProbe: probe, livenessProbe: probe })]));
    bench.delete();
    bench.runUntil(29_000);
    const kinds = bench
      .process('app')
      .probes.filter(({ timeMs }) => timeMs > 100)
      .map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['readiness']));
    expect(bench.notes('pod-unready')).toHaveLength(1);
    expect(bench.notes('sigkill')).toEqual([]);
  });

  it('does not make the pod unready by the deletion itself', () => {
    const bench = new NodeBench();
    bench.runtime.behaviourOf = () => ({ drainMs: null });
    bench.adopt(templateOf([containerOf('app')]));
    bench.delete();
    bench.runUntil(29_000);
    expect(bench.pod()?.ready).toBe(true);
  });
});

describe('sidecars and several containers (R-POD-24)', () => {
  const template = templateOf([containerOf('app'), containerOf('second')], {
    initContainers: [containerOf('proxy', { sidecar: true }), containerOf('logger', { sidecar: true })],
  });

  it('ends main containers in parallel, then sidecars in reverse order of their start', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    const drains: Record<string, number> = { app: 2000, second: 5000, logger: 1000, proxy: 100 };
    bench.runtime.behaviourOf = (name) => ({ drainMs: drains[name] ?? 0 });
    bench.adopt(template);
    bench.delete();
    bench.runUntil(20_000);
    expect(bench.notes('sigterm').map(({ timeMs, detail }) => [timeMs, detail])).toEqual([
      [0, 'app'],
      [0, 'second'],
      [5000, 'logger'],
      [6000, 'proxy'],
    ]);
    expect(bench.notes('container-exited').at(-1)?.detail).toBe('proxy: exit code 0');
  });

  it('lets nobody have more than the grace: sidecars keep two seconds', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    bench.runtime.behaviourOf = () => ({ drainMs: null });
    bench.adopt(template);
    bench.delete(10);
    bench.runUntil(60_000);
    const killed = bench.notes('sigkill').map(({ timeMs, detail }) => [timeMs / 1000, detail]);
    // Both wait for at most the grace, are then told to stop, and killed two seconds later.
    expect(killed).toEqual([
      [10, 'app'],
      [10, 'second'],
      [12, 'proxy'],
      [12, 'logger'],
    ]);
  });
});

describe('deletions that hurry (R-POD-16, R-POD-23)', () => {
  it('follows a later deletion with less grace', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    bench.runtime.behaviourOf = () => ({ drainMs: null });
    bench.adopt(
      templateOf([containerOf('app', { preStop: hookOf('sleep', 20) })], {
        terminationGracePeriodSeconds: 60,
      }),
    );
    bench.delete();
    bench.runUntil(5000);
    bench.delete(3);
    bench.runUntil(60_000);
    expect([bench.seconds('sigterm'), bench.seconds('sigkill')]).toEqual([[8], [10]]);
  });

  it('sends no second SIGTERM when the grace shrinks after the first', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    bench.runtime.behaviourOf = () => ({ drainMs: null });
    bench.adopt(templateOf([containerOf('app')]));
    bench.delete();
    bench.runUntil(5000);
    bench.delete(4);
    bench.runUntil(60_000);
    expect([bench.seconds('sigterm'), bench.seconds('sigkill')]).toEqual([[0], [9]]);
  });

  it('ends the containers of a pod whose object has vanished, with one second of grace', () => {
    const bench = new NodeBench({ latencies: { killReaction: 0, watch: 0 } });
    bench.runtime.behaviourOf = () => ({ drainMs: null });
    bench.adopt(templateOf([containerOf('app', { preStop: hookOf('sleep', 20) })]));
    bench.delete(0);
    expect(bench.pod()).toBeUndefined();
    bench.runUntil(60_000);
    expect([bench.seconds('sigterm'), bench.seconds('sigkill')]).toEqual([[1], [3]]);
    expect(bench.runtime.addresses.at(-1)).toEqual({ pod: 'pod-1', up: false, timeMs: 3150 });
    // Another has removed the object.
    expect(bench.notes('pod-gone')).toEqual([]);
  });
});

describe('the removal (R-POD-22)', () => {
  it('releases the address with the sandbox, stores the last phase and then removes the object', () => {
    const bench = new NodeBench();
    bench.adopt(templateOf([containerOf('app')]));
    bench.delete();
    bench.runUntil(10_000);
    const exitedMs = bench.process('app').endedMs ?? Number.NaN;
    expect(bench.runtime.addresses.at(-1)).toEqual({ pod: 'pod-1', up: false, timeMs: exitedMs + 150 });
    const history = bench.stored.map(({ pod }) => pod && [pod.phase, pod.ready]);
    expect(history.slice(-3)).toEqual([['Running', false], ['Succeeded', false], null]);
    expect(bench.notes('pod-gone')).toHaveLength(1);
    expect(bench.stored.at(-1)?.timeMs).toBe(bench.notes('pod-gone')[0]?.timeMs);
  });
});
