import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../src/model/cluster/cluster-context.ts';
import { isActive } from '../../src/model/cluster/objects.ts';
import { quotaAdmission } from '../../src/model/cluster/quota.ts';
import {
  isDeletedBefore,
  sortForDeletion,
  type RankedCandidate,
} from '../../src/model/cluster/replica-set/deletion-order.ts';
import { EXPECTATIONS_TIMEOUT_MS, Expectations } from '../../src/model/cluster/replica-set/expectations.ts';
import { ReplicaSetController } from '../../src/model/cluster/replica-set/replica-set-controller.ts';
import { slowStartBatch } from '../../src/model/cluster/replica-set/slow-start-batch.ts';
import { Scheduler } from '../../src/model/cluster/scheduler.ts';
import {
  runBoundPods,
  scaleReplicaSet,
  start,
  testCluster,
  testReplicaSet,
} from '../unit/model/cluster/test-cluster.ts';

const NOW_MS = 1_000_000_000;
const options = { nowMs: NOW_MS, deletionCost: true };

const age = fc.option(fc.integer({ min: -5, max: 2_000_000 }), { nil: null });

function timeOf(ageMs: number | null): number | null {
  return ageMs === null ? null : NOW_MS - ageMs;
}

function candidates(times: fc.Arbitrary<number | null>): fc.Arbitrary<RankedCandidate> {
  return fc.record({
    rank: fc.integer({ min: 0, max: 2 }),
    pod: fc.record({
      uid: fc.uuid(),
      nodeName: fc.constantFrom(null, 'n1', 'n2'),
      phase: fc.constantFrom('Pending', 'Unknown', 'Running'),
      ready: fc.boolean(),
      readyTransitionMs: times.map(timeOf),
      createdMs: times.map(timeOf),
      restarts: fc.integer({ min: 0, max: 2 }),
      sidecarRestarts: fc.integer({ min: 0, max: 2 }),
      deletionCost: fc.integer({ min: -1, max: 1 }),
    }),
  });
}

function before(a: RankedCandidate, b: RankedCandidate): boolean {
  return isDeletedBefore(a, b, options);
}

describe('deletion order (R-RS-5)', () => {
  it('never has both first', () => {
    fc.assert(
      fc.property(candidates(age), candidates(age), (a, b) => {
        expect(before(a, a)).toBe(false);
        expect(before(a, b) && before(b, a)).toBe(false);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  it('is a strict weak order where no two pods share a time, and sorting then ignores the input’s order', () => {
    const distinct = fc.uniqueArray(candidates(fc.integer({ min: 1, max: 2_000_000 })), {
      minLength: 3,
      maxLength: 6,
      comparator: (a, b) =>
        a.pod.readyTransitionMs === b.pod.readyTransitionMs || a.pod.createdMs === b.pod.createdMs,
    });
    fc.assert(
      fc.property(distinct, (pods) => {
        for (const a of pods)
          for (const b of pods)
            for (const c of pods) if (before(a, b) && before(b, c)) expect(before(a, c)).toBe(true);
        expect(sortForDeletion(pods.toReversed(), options)).toEqual(sortForDeletion(pods, options));
      }),
      { seed: 12, numRuns: 1000 },
    );
  });

  it('is a strict weak order with exact times, whatever the times', () => {
    const exact = { nowMs: null, deletionCost: false };
    fc.assert(
      fc.property(candidates(age), candidates(age), candidates(age), (a, b, c) => {
        if (isDeletedBefore(a, b, exact) && isDeletedBefore(b, c, exact))
          expect(isDeletedBefore(a, c, exact)).toBe(true);
      }),
      { seed: 13, numRuns: 3000 },
    );
  });
});

describe('expectations (R-RS-3)', () => {
  it('never deadlock: satisfied once all is observed, in any order and with repeats, or after five minutes', () => {
    const pod = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.uniqueArray(pod), fc.nat(5), fc.array(pod), (deleted, created, observed) => {
        const expectations = new Expectations();
        if (created > 0) expectations.expectCreations('rs', created, 0);
        else expectations.expectDeletions('rs', deleted, 0);
        for (const name of observed) expectations.deletionObserved('rs', name);
        expect(expectations.satisfied('rs', EXPECTATIONS_TIMEOUT_MS + 1)).toBe(true);
        for (const name of deleted) expectations.deletionObserved('rs', name);
        for (let i = 0; i < created; i++) {
          expect(expectations.satisfied('rs', 1)).toBe(false);
          expectations.creationObserved('rs');
        }
        expect(expectations.satisfied('rs', 1)).toBe(true);
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});

describe('slow start (R-RS-1)', () => {
  it('makes every call that succeeds before the first failure, and fewer than twice as many again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }), (count, succeed) => {
        let calls = 0;
        slowStartBatch(
          count,
          1,
          (report) => {
            report(++calls <= succeed ? null : 'refused');
          },
          (result) => {
            expect(result.calls).toBe(calls);
            expect(result.successes).toBe(Math.min(count, succeed));
            expect(result.error === null).toBe(succeed >= count);
          },
        );
        expect(calls).toBeLessThanOrEqual(Math.min(count, 2 * succeed + 1));
      }),
      { seed: 15, numRuns: 500 },
    );
  });
});

type Disturbance = { readonly atMs: number } & (
  { readonly scale: number } | { readonly kill: number; readonly force: boolean }
);

const disturbances: fc.Arbitrary<Disturbance[]> = fc.array(
  fc.oneof(
    fc.record({ atMs: fc.nat(20_000), scale: fc.nat(25) }),
    fc.record({ atMs: fc.nat(20_000), kill: fc.nat(30), force: fc.boolean() }),
  ),
  { maxLength: 8 },
);

function disturb(context: ClusterContext, all: readonly Disturbance[]): void {
  const { api, simulation } = context;
  for (const disturbance of all) {
    simulation.at(disturbance.atMs, () => {
      if ('scale' in disturbance) scaleReplicaSet(context, 'web-1', disturbance.scale);
      else api.commitDeletePod(`web-1-${disturbance.kill}`, disturbance.force ? 0 : null);
    });
  }
}

function activeCount({ api }: ClusterContext): number {
  return [...api.readAll('Pod').values()].filter((pod) => isActive(pod)).length;
}

describe('a ReplicaSet under scalings and kills', () => {
  it('comes to rest with exactly the pods that it asks for, all reported', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(25), disturbances, (seed, replicas, all) => {
        const context = testCluster({ seed });
        context.api.seed(testReplicaSet({ replicas }), -1000);
        start(context, ReplicaSetController, Scheduler);
        runBoundPods(context, 1500, 800);
        disturb(context, all);
        context.simulation.runUntil(120_000);
        const replicaSet = context.api.read('ReplicaSet', 'web-1');
        expect(activeCount(context)).toBe(replicaSet?.replicas);
        expect(context.api.readAll('Pod').size).toBe(replicaSet?.replicas);
        expect(replicaSet?.status).toMatchObject({
          replicas: replicaSet?.replicas,
          availableReplicas: replicaSet?.replicas,
          terminatingReplicas: 0,
          observedGeneration: replicaSet?.generation,
        });
        // Nothing keeps it awake.
        expect(context.simulation.nextTimeMs).toBe(Number.POSITIVE_INFINITY);
      }),
      { seed: 16, numRuns: 60 },
    );
  });

  it('never exceeds a quota, and fills it', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(15),
        fc.integer({ min: 1, max: 15 }),
        disturbances,
        (seed, replicas, pods, all) => {
          const context = testCluster({ seed });
          const limits = { pods, requestsCpuMilli: null, requestsMemoryBytes: null };
          const source = { namespace: 'default', labels: {}, annotations: {}, file: 'quota.yaml', lines: {} };
          const manifest = { kind: 'ResourceQuota', name: 'team', ...source, ...limits } as const;
          context.api.seed({ kind: 'ResourceQuota', name: 'team', manifest }, -1000);
          context.api.admit(quotaAdmission(context));
          context.api.seed(testReplicaSet({ replicas }), -1000);
          start(context, ReplicaSetController);
          start(context, Scheduler);
          runBoundPods(context, 1500, 800);
          let most = 0;
          context.api.observe(() => {
            most = Math.max(most, context.api.readAll('Pod').size);
          });
          disturb(context, all);
          // The retries of a refused creation are at most 1000 s apart.
          context.simulation.runUntil(2_200_000);
          const wanted = context.api.read('ReplicaSet', 'web-1')?.replicas ?? 0;
          expect(most).toBeLessThanOrEqual(pods);
          expect(activeCount(context)).toBe(Math.min(wanted, pods));
          expect(context.api.read('ReplicaSet', 'web-1')?.status.replicaFailure).toBe(wanted > pods);
        },
      ),
      { seed: 17, numRuns: 60 },
    );
  });
});
