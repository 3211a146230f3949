import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hook } from '../../src/scenario/scenario.ts';
import {
  containerOf,
  hookOf,
  NodeBench,
  probeOf,
  templateOf,
} from '../unit/model/cluster/kubelet/node-bench.ts';

const SECOND_MS = 1000;

const hook: fc.Arbitrary<Hook | null> = fc.option(
  fc
    .record({
      handler: fc.constantFrom('exec' as const, 'sleep' as const),
      sleeps: fc.array(
        fc.oneof(fc.integer({ min: 0, max: 90 }), fc.double({ min: 0, max: 90, noNaN: true })),
        {
          maxLength: 3,
        },
      ),
      signals: fc.boolean(),
    })
    .map(({ handler, sleeps, signals }) =>
      handler === 'exec' && signals ? hookOf('exec', 'TERM', ...sleeps) : hookOf(handler, ...sleeps),
    ),
  { freq: 4 },
);

function durationMs(preStop: Hook | null): number {
  return (preStop?.steps ?? []).reduce((sum, step) => sum + (step.do === 'sleep' ? step.durationMs : 0), 0);
}

describe('R-INV-5', () => {
  it('bounds both signals by deletion, latency, hook and grace; every pod goes', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          preStop: hook,
          graceSeconds: fc.integer({ min: 0, max: 90 }),
          drainMs: fc.option(fc.integer({ min: 0, max: 120_000 })),
          deletedMs: fc.integer({ min: 0, max: 20_000 }),
          reactionMs: fc.integer({ min: 0, max: 500 }),
          watchMs: fc.integer({ min: 0, max: 500 }),
        }),
        ({ seed, preStop, graceSeconds, drainMs, deletedMs, reactionMs, watchMs }) => {
          const latencies = {
            killReaction: { kind: 'uniform', min: 0, max: reactionMs },
            watch: { kind: 'uniform', min: 0, max: watchMs },
          } as const;
          const bench = new NodeBench({ seed, latencies });
          bench.runtime.behaviourOf = () => ({ drainMs });
          bench.adopt(templateOf([containerOf('app', { preStop })]));
          bench.runUntil(deletedMs);
          bench.delete(graceSeconds);
          bench.runUntil(deletedMs + 400_000);

          const latestMs = deletedMs + watchMs + reactionMs;
          const graceMs = Math.max(1, graceSeconds) * SECOND_MS;
          const cutMs = Math.min(durationMs(preStop), graceMs);
          // Only whole seconds of the hook are taken off the grace (R-POD-18).
          const unpaidMs = cutMs % SECOND_MS;
          const slackMs = 0.001;
          const term = bench.notes('sigterm')[0]?.timeMs ?? Number.NEGATIVE_INFINITY;
          const kill = bench.notes('sigkill')[0]?.timeMs ?? Number.NEGATIVE_INFINITY;
          expect(term).toBeLessThanOrEqual(latestMs + cutMs + slackMs);
          expect(kill).toBeLessThanOrEqual(
            latestMs + Math.max(graceMs + unpaidMs, cutMs + 2 * SECOND_MS) + slackMs,
          );
          if (Number.isFinite(term) && Number.isFinite(kill)) {
            expect(kill - term).toBeGreaterThanOrEqual(2 * SECOND_MS - slackMs);
          }
          expect(bench.process('app').endedMs).not.toBeNull();
          expect(bench.pod()).toBeUndefined();
        },
      ),
      { seed: 20_261, numRuns: 300 },
    );
  });
});

describe('whatever happens to a pod', () => {
  const container = fc.record({
    preStop: hook,
    runsMs: fc.option(fc.integer({ min: 0, max: 30_000 })),
    exitCode: fc.integer({ min: 0, max: 2 }),
    drainMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
    bootMs: fc.integer({ min: 0, max: 30_000 }),
    probes: fc.subarray(['startup', 'readiness', 'liveness'] as const),
    imagePullPolicy: fc.constantFrom('Always' as const, 'IfNotPresent' as const),
  });

  it('its containers run one process at a time, none outlives it, and its address is released once', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          parts: fc.tuple(container, container, container, container),
          restartPolicy: fc.constantFrom('Always' as const, 'OnFailure' as const, 'Never' as const),
          deletions: fc.array(
            fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 40 })),
            {
              minLength: 1,
              maxLength: 3,
            },
          ),
        }),
        ({ seed, parts, restartPolicy, deletions }) => {
          const bench = new NodeBench({ seed });
          const names = ['init', 'proxy', 'app', 'second'];
          const specs = parts.map(({ preStop, probes, imagePullPolicy }, i) => {
            const probe = probeOf({ periodSeconds: 2, failureThreshold: 2 });
            const given = Object.fromEntries(probes.map((kind) => [`${kind}Probe`, probe]));
            return containerOf(names[i] ?? '', { preStop, imagePullPolicy, sidecar: i === 1, ...given });
          });
          bench.runtime.behaviourOf = (name) => {
            const { runsMs, exitCode, drainMs, bootMs } = parts[names.indexOf(name)] ?? parts[0];
            return { exitCode, drainMs, bootMs, ...(runsMs === null ? {} : { runsMs }) };
          };
          bench.create(templateOf(specs.slice(2), { initContainers: specs.slice(0, 2), restartPolicy }));
          for (const [timeMs, grace] of deletions) {
            bench.simulation.at(timeMs, () => {
              bench.delete(grace);
            });
          }
          bench.runUntil(400_000);

          expect(bench.pod()).toBeUndefined();
          const { processes, addresses } = bench.runtime;
          expect(addresses.map(({ up }) => up)).toEqual(addresses.length === 0 ? [] : [true, false]);
          for (const name of names) {
            const own = processes.filter((process) => process.container === name);
            for (const [i, process] of own.entries()) {
              expect(process.endedMs).not.toBeNull();
              expect(process.endedMs).toBeLessThanOrEqual(own[i + 1]?.startedMs ?? addresses[1]?.timeMs ?? 0);
            }
          }
          // Nothing is left to happen: no timer, no probe, no retry.
          expect(bench.simulation.nextTimeMs).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { seed: 20_262, numRuns: 300 },
    );
  });
});

/** Largest distance between the shares of `values` below a point and the uniform law on [0, 1]. */
function distanceToUniform(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce(
    (most, value, i) => Math.max(most, value - i / sorted.length, (i + 1) / sorted.length - value),
    0,
  );
}

/** The distance that a uniform sample of this size exceeds once in a thousand. */
function criticalDistance(size: number): number {
  return 1.95 / Math.sqrt(size);
}

const RUNS = 400;

describe('the timing of readiness', () => {
  it('gains it U(0, period) after the application can serve (R-POD-12)', () => {
    const periodMs = 5000;
    const delays: number[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const bench = new NodeBench({
        seed,
        latencies: { containerStart: { kind: 'uniform', min: 0, max: 20_000 } },
      });
      bench.runtime.behaviourOf = () => ({ bootMs: 9000 + 37 * seed });
      bench.create(templateOf([containerOf('app', { readinessProbe: probeOf({ periodSeconds: 5 }) })]));
      bench.runUntil(80_000);
      const { startedMs, probes } = bench.process('app');
      const canServeMs = startedMs + 9000 + 37 * seed;
      const success = probes.find(({ timeMs }) => timeMs >= canServeMs)?.timeMs ?? Number.NaN;
      delays.push((success - canServeMs) / periodMs);
      // Answer 1 ms, then GET and half of the PATCH.
      expect(bench.notes('pod-ready')[0]?.timeMs).toBeCloseTo(success + 4, 6);
    }
    expect(distanceToUniform(delays)).toBeLessThan(criticalDistance(RUNS));
  });

  it('loses it U(0, period) + (failureThreshold − 1)·period after the application stops answering (R-POD-13)', () => {
    const onsetMs = 33_000;
    const delays: number[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const bench = new NodeBench({ seed });
      const answer = (_kind: string, nowMs: number): { success: boolean; latencyMs: number } => ({
        success: nowMs < onsetMs,
        latencyMs: nowMs < onsetMs ? 1 : 5000,
      });
      bench.runtime.behaviourOf = () => ({ answer });
      bench.adopt(templateOf([containerOf('app', { readinessProbe: probeOf() })]));
      bench.runUntil(80_000);
      const lostMs = (bench.notes('pod-unready')[0]?.timeMs ?? Number.NaN) - 3 - onsetMs;
      // Defaults: 20 to 31 s, the last answer's timeout of 1 s included.
      expect(lostMs).toBeGreaterThan(21_000 - 1);
      expect(lostMs).toBeLessThan(31_000 + 1);
      delays.push((lostMs - 21_000) / 10_000);
    }
    expect(distanceToUniform(delays)).toBeLessThan(criticalDistance(RUNS));
  });
});

function timelineOf(seed: number): unknown {
  const bench = new NodeBench({
    seed,
    latencies: { containerStart: { kind: 'lognormal', p50: 800, p99: 4000 } },
  });
  bench.runtime.behaviourOf = (_name, restart) => ({
    bootMs: 3000,
    ...(restart < 3 ? { runsMs: 9000 } : {}),
  });
  for (let i = 0; i < 5; i++) {
    bench.create(templateOf([containerOf('app', { readinessProbe: probeOf() })]), `pod-${i}`);
  }
  bench.runUntil(200_000);
  return bench.timeline.events;
}

describe('a kubelet', () => {
  it('does the same for the same seed', () => {
    expect(timelineOf(99)).toEqual(timelineOf(99));
    expect(timelineOf(99)).not.toEqual(timelineOf(98));
  });
});
