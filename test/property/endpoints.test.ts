import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../src/model/cluster/cluster-context.ts';
import { EndpointSliceController } from '../../src/model/cluster/endpoints.ts';
import { planSlices, type ExistingSlice } from '../../src/model/cluster/endpoints/slice-plan.ts';
import type { Endpoint } from '../../src/model/cluster/objects.ts';
import { ServiceProxy } from '../../src/model/cluster/service-proxy.ts';
import { endpointsOf, newPod, newService, seedPods } from '../unit/model/cluster/endpoints/web-service.ts';
import { testCluster } from '../unit/model/cluster/test-cluster.ts';

const RUN = { seed: 20_261, numRuns: 150 };

interface Step {
  readonly waitMs: number;
  readonly pod: number;
  readonly change: 'ready' | 'unready' | 'delete' | 'remove' | 'fail' | 'create';
}

const steps = fc.array(
  fc.record<Step>({
    waitMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3000 })),
    pod: fc.nat({ max: 11 }),
    change: fc.constantFrom('ready', 'unready', 'delete', 'remove', 'fail', 'create'),
  }),
  { maxLength: 40 },
);

function carryOut({ api }: ClusterContext, { pod, change }: Step): void {
  const name = `web-${pod}`;
  switch (change) {
    case 'create':
      api.commitCreate(newPod(name, { ready: false }));
      return;
    case 'delete':
      api.commitDeletePod(name, null);
      return;
    case 'remove':
      api.commitRemove('Pod', name);
      return;
    case 'ready':
    case 'unready':
      api.commitUpdate('Pod', name, (current) => {
        const running = current.phase === 'Running';
        return { ...current, ready: change === 'ready' && running };
      });
      return;
    case 'fail':
      api.commitUpdate('Pod', name, (current) => ({ ...current, phase: 'Failed', ready: false }));
  }
}

/** A Service with 8 ready pods; the steps are carried out in time. @returns when the last one is */
function withSteps(seed: number, list: readonly Step[]): { context: ClusterContext; endMs: number } {
  const context = testCluster({ seed });
  const controller = new EndpointSliceController(context);
  context.api.seed(newService(), -60_000);
  seedPods(context, 8);
  controller.settle('web');
  let timeMs = 0;
  for (const step of list) {
    timeMs += step.waitMs;
    context.simulation.at(timeMs, () => {
      carryOut(context, step);
    });
  }
  return { context, endMs: timeMs };
}

describe('endpoints and proxies', () => {
  it('list, after quiescence, exactly the pods that should be listed, on every node', () => {
    fc.assert(
      fc.property(fc.nat(), steps, (seed, list) => {
        const { context, endMs } = withSteps(seed, list);
        const usable = new Map<string, readonly string[]>();
        const proxies = context.cluster.nodes.map(
          (node) => new ServiceProxy(context, node, 'web', ({ pods }) => usable.set(node.name, pods)),
        );
        expect(proxies).toHaveLength(3);
        context.simulation.runUntil(endMs + 30_000);
        const pods = [...context.api.readAll('Pod').values()].filter(({ phase }) => phase === 'Running');
        const expected = pods.map(({ name, ready, deletionMs }) => `${name} ${ready} ${deletionMs !== null}`);
        // A phase that turns terminal while the pod is unready triggers no sync (R-EPS-3): it may linger, unused.
        const running = new Set(pods.map(({ name }) => name));
        for (const { pod, serving } of endpointsOf(context))
          if (!running.has(pod)) expect(serving).toBe(false);
        const endpoints = endpointsOf(context).filter(({ pod }) => running.has(pod));
        const listed = endpoints.map((e) => `${e.pod} ${e.serving} ${e.terminating}`);
        expect(listed.sort()).toEqual(expected.sort());
        const ready = pods.filter((pod) => pod.ready && pod.deletionMs === null);
        const wanted = ready.length > 0 ? ready : pods.filter((pod) => pod.ready);
        for (const pods of usable.values()) {
          expect([...pods].sort()).toEqual(wanted.map(({ name }) => name).sort());
        }
      }),
      RUN,
    );
  });

  it('use on a node only pods that were Ready within the longest withdrawal (R-INV-9)', () => {
    // Back-off up to 1 + 2 + 4 s, two syncs of a second apart, and latencies of well under a second each.
    const longestMs = 12_000;
    fc.assert(
      fc.property(fc.nat(), steps, (seed, list) => {
        const { context, endMs } = withSteps(seed, list);
        const { api, cluster, simulation } = context;
        const lastReadyMs = new Map<string, number>();
        for (const { name } of api.readAll('Pod').values()) lastReadyMs.set(name, Number.POSITIVE_INFINITY);
        api.observe((object, old) => {
          if (old?.kind === 'Pod' && old.ready && (object === null || !(object as typeof old).ready)) {
            lastReadyMs.set(old.name, simulation.nowMs);
          }
          if (object?.kind === 'Pod' && object.ready) lastReadyMs.set(object.name, Number.POSITIVE_INFINITY);
        });
        const usable = new Map<string, readonly string[]>();
        const check = (): void => {
          for (const pod of [...usable.values()].flat()) {
            expect(lastReadyMs.get(pod) ?? Number.NEGATIVE_INFINITY).toBeGreaterThan(
              simulation.nowMs - longestMs,
            );
          }
        };
        for (const node of cluster.nodes) {
          expect(
            new ServiceProxy(context, node, 'web', ({ pods }) => usable.set(node.name, pods)),
          ).toBeDefined();
        }
        for (let timeMs = 0; timeMs <= endMs + 20_000; timeMs += 500) simulation.at(timeMs, check);
        simulation.runUntil(endMs + 20_000);
      }),
      RUN,
    );
  });
});

const endpoint = (pod: number): Endpoint => ({
  pod: `p${pod}`,
  nodeName: 'worker-1',
  ready: pod % 2 === 0,
  serving: true,
  terminating: false,
});

describe('planSlices', () => {
  const podSet = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 50 });

  it('never exceeds a slice’s maximum, and the union of the slices is what is desired', () => {
    fc.assert(
      fc.property(fc.array(podSet, { maxLength: 6 }), fc.integer({ min: 1, max: 12 }), (rounds, max) => {
        let slices: ExistingSlice[] = [];
        let names = 0;
        for (const round of rounds) {
          const desired = round.map(endpoint);
          const plan = planSlices(slices, desired.length === 0 ? new Map() : new Map([[80, desired]]), max);
          const rewritten = new Map(plan.updates.map((update) => [update.name, update]));
          const deleted = new Set(plan.deletes.map(({ name }) => name));
          slices = slices
            .filter(({ name }) => !deleted.has(name))
            .map((slice) => {
              const { port, endpoints } = rewritten.get(slice.name) ?? slice;
              return { name: slice.name, resourceVersion: 1, port, endpoints };
            });
          for (const content of plan.creates) {
            slices.push({ name: `s${names++}`, resourceVersion: 1, ...content });
          }
          expect(slices.length).toBeGreaterThan(0);
          for (const { endpoints } of slices) expect(endpoints.length).toBeLessThanOrEqual(max);
          const listed = slices.flatMap(({ endpoints }) => endpoints.map(({ pod }) => pod));
          expect(listed.sort()).toEqual(desired.map(({ pod }) => pod).sort());
        }
      }),
      RUN,
    );
  });
});
