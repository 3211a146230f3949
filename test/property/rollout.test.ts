/** R-INV-1 … R-INV-4 over random Deployments, start and termination times and latencies of the API. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSurge, maxUnavailable } from '../../src/model/cluster/deployment/fenceposts.ts';
import { BUILT_IN_PROFILES, type Profile } from '../../src/scenario/profile.ts';
import type { IntOrPercent } from '../../src/scenario/scenario.ts';
import {
  RolloutBench,
  rolling,
  testDeployment,
  withTemplate,
} from '../unit/model/cluster/deployment/rollout-bench.ts';

const intOrPercent = (max: number): fc.Arbitrary<IntOrPercent> =>
  fc.oneof(
    fc.integer({ min: 0, max }),
    fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
  );

const runs = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  profile: fc.constantFrom('kind', 'small', 'large'),
  replicas: fc.integer({ min: 1, max: 14 }),
  surge: intOrPercent(6),
  unavailable: intOrPercent(6),
  minReadySeconds: fc.constantFrom(0, 0, 3),
  startMs: fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 })),
  stopMs: fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 40_000 })),
});

type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

/** A bench with times that are drawn for each pod between two bounds. */
function benchOf(run: Run, ready: boolean) {
  const bench = new RolloutBench({ seed: run.seed, profile: BUILT_IN_PROFILES[run.profile] as Profile });
  const random = bench.context.streams.stream('bench');
  const between = ([a, b]: readonly [number, number]): number => a + (b - a) * random.unit();
  bench.startMs = () => (ready ? between(run.startMs) : null);
  bench.stopMs = () => between(run.stopMs);
  const { replicas, minReadySeconds } = run;
  const manifest = testDeployment({
    replicas,
    minReadySeconds,
    strategy: rolling(run.surge, run.unavailable),
  });
  const old = bench.settle(manifest);
  return { bench, manifest, old, surge: maxSurge(manifest), unavailable: maxUnavailable(manifest) };
}

const HOUR_MS = 3_600_000;

describe('rolling updates of anything', () => {
  it('R-INV-1 to R-INV-4: bounds hold at every instant, and the rollout ends with N new available pods', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { bench, manifest, old, surge, unavailable } = benchOf(run, true);
        let newest = 0;
        bench.onChange = () => {
          for (const { name, replicas } of bench.replicaSets) {
            expect(replicas).toBeGreaterThanOrEqual(0);
            if (name === old.name) continue;
            // R-INV-1: the new ReplicaSet never shrinks.
            expect(replicas).toBeGreaterThanOrEqual(newest);
            newest = replicas;
          }
        };
        bench.apply(withTemplate(manifest, 'v2'));
        bench.run(HOUR_MS);
        const { extremes } = bench;
        expect(extremes.specMax).toBeLessThanOrEqual(run.replicas + surge);
        expect(extremes.availableMin).toBeGreaterThanOrEqual(run.replicas - unavailable);
        // R-INV-2: the bound is met in the very first sync, unless nothing may be missing.
        expect(extremes.availableMin === run.replicas).toBe(unavailable === 0);
        expect(extremes.podsMax).toBeLessThanOrEqual(2 * run.replicas);
        expect(bench.sizes).toEqual({ 'web-v1': 0, 'web-v2': run.replicas });
        expect(bench.available).toHaveLength(run.replicas);
        expect(bench.available.every((pod) => pod.template.hash === 'v2')).toBe(true);
        expect(bench.timeOf('rollout-complete')).toBeDefined();
        const created = bench.context.timeline.events.filter(({ kind }) => kind === 'pod-created');
        // R-INV-3: nothing but the new pods is created, and each of them once.
        expect(created).toHaveLength(run.replicas);
        expect(created.every(({ object }) => object.startsWith('pod/web-v2-'))).toBe(true);
      }),
      { seed: 20_261, numRuns: 250 },
    );
  });

  it('R-INV-4: with new pods that never become ready exactly N − unavailable old ones stay', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { bench, manifest, surge, unavailable } = benchOf(run, false);
        bench.apply(withTemplate(manifest, 'v2'));
        bench.run(HOUR_MS);
        expect(bench.sizes).toEqual({
          'web-v1': run.replicas - unavailable,
          'web-v2': Math.min(run.replicas, surge + unavailable),
        });
        expect(bench.available).toHaveLength(run.replicas - unavailable);
        expect(bench.timeOf('rollout-stalled')).toBeDefined();
        expect(bench.timeOf('rollout-complete')).toBeUndefined();
      }),
      { seed: 20_262, numRuns: 150 },
    );
  });
});
