import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { EndpointSliceController } from '../../../../src/model/cluster/endpoints.ts';
import type { Profile } from '../../../../src/scenario/profile.ts';
import {
  endpointsOf,
  newPod,
  newService,
  profileWith,
  readyPods,
  seedPods,
  setReady,
  webService,
} from './endpoints/web-service.ts';
import { constantProfile, testCluster, testContainer, testTemplate } from './test-cluster.ts';

/** A settled Service with ready pods. With constant latencies of 10: event seen at 10, sync 20, stored 25, answered 30. */
function settled(pods: number, profile: Profile = constantProfile(10)): ClusterContext {
  const context = testCluster({ profile });
  const controller = new EndpointSliceController(context);
  context.api.seed(newService(), -60_000);
  seedPods(context, pods);
  controller.settle('web');
  return context;
}

/** When the slices were written, and how many pods were ready in them then. */
function recordWrites(context: ClusterContext): { timeMs: number; ready: number }[] {
  const writes: { timeMs: number; ready: number }[] = [];
  context.api.observe((object, old) => {
    if ((object ?? old)?.kind !== 'EndpointSlice') return;
    writes.push({ timeMs: context.simulation.nowMs, ready: readyPods(context).length });
  });
  return writes;
}

function deletePodAt(context: ClusterContext, timeMs: number, pod: string): void {
  context.simulation.at(timeMs, () => {
    context.api.commitDeletePod(pod, null);
  });
}

describe('EndpointSliceController', () => {
  it('settles with slices of at most 100 endpoints (R-EPS-4)', () => {
    const context = settled(250);
    const slices = [...context.api.readAll('EndpointSlice').values()];
    expect(slices.map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 50]);
    expect(readyPods(context)).toHaveLength(250);
  });

  it('writes each trigger of R-EPS-3 at once, without batching (R-EPS-4)', () => {
    const context = settled(3);
    const writes = recordWrites(context);
    const { api, simulation } = context;
    const at = (timeMs: number, action: () => void): void => {
      simulation.at(timeMs, action);
    };
    at(1000, () => {
      setReady(context, 'web-0', false);
    });
    at(2000, () => {
      setReady(context, 'web-0', true);
    });
    deletePodAt(context, 3000, 'web-1');
    at(4000, () => {
      api.commitRemove('Pod', 'web-1');
    });
    at(5000, () => {
      api.commitCreate(newPod('web-9', { hasIp: false, ready: false, phase: 'Pending' }));
    });
    at(6000, () => {
      api.commitUpdate('Pod', 'web-9', (pod) => ({ ...pod, hasIp: true }));
    });
    simulation.runUntil(20_000);
    expect(writes).toEqual([
      { timeMs: 1025, ready: 2 },
      { timeMs: 2025, ready: 3 },
      { timeMs: 3025, ready: 2 },
      { timeMs: 4025, ready: 2 },
      { timeMs: 6025, ready: 2 },
    ]);
    expect(endpointsOf(context).map(({ pod, ready }) => `${pod} ${ready}`)).toEqual([
      'web-0 true',
      'web-2 true',
      'web-9 false',
    ]);
  });

  it('keeps a terminating pod listed, serving and not ready, until it is gone (R-EPS-1, R-EPS-2)', () => {
    const context = settled(2);
    deletePodAt(context, 1000, 'web-0');
    context.simulation.runUntil(5000);
    expect(endpointsOf(context)[0]).toMatchObject({ ready: false, serving: true, terminating: true });
    context.api.commitUpdate('Pod', 'web-0', (pod) => ({ ...pod, phase: 'Failed', ready: false }));
    context.simulation.runUntil(10_000);
    expect(endpointsOf(context).map(({ pod }) => pod)).toEqual(['web-1']);
  });

  it('swaps all pods in one write when the selector changes (R-EPS-5, R-BG-1)', () => {
    const context = settled(3);
    const green = testTemplate({ labels: { app: 'green' } });
    for (const name of ['green-0', 'green-1']) context.api.seed(newPod(name, { template: green }), -60_000);
    const writes = recordWrites(context);
    context.api.commitUpdate('Service', 'web', (service) => ({
      ...service,
      manifest: webService({ selector: { app: 'green' } }),
    }));
    context.simulation.runUntil(5000);
    expect(writes).toEqual([{ timeMs: 25, ready: 2 }]);
    expect(readyPods(context)).toEqual(['green-0', 'green-1']);
  });

  it('writes more than 100 endpoints one call after another (R-EPS-5)', () => {
    const context = settled(150);
    const writes = recordWrites(context);
    // Before the first sync, so that one sync sees them all.
    for (let index = 0; index < 150; index++) setReady(context, `web-${index}`, false);
    context.simulation.runUntil(5000);
    expect(writes.map(({ timeMs, ready }) => [timeMs, ready])).toEqual([
      [25, 50],
      [35, 0],
    ]);
  });

  it('parts pods whose named port differs, and lists without a port those that lack it', () => {
    const context = settled(0);
    const { api, simulation } = context;
    api.commitUpdate('Service', 'web', (service) => ({
      ...service,
      manifest: webService({ targetPort: 'http' }),
    }));
    for (const [name, containerPort] of [
      ['old', 8080],
      ['new', 9090],
    ] as const) {
      const container = testContainer(0, 0, { ports: [{ name: 'http', containerPort }] });
      api.commitCreate(newPod(name, { template: testTemplate({ containers: [container] }) }));
    }
    api.commitCreate(newPod('portless'));
    simulation.runUntil(5000);
    const byPort = [...api.readAll('EndpointSlice').values()].map(
      ({ port, endpoints }) => `${port}: ${endpoints.map(({ pod }) => pod).join()}`,
    );
    expect(byPort.sort()).toEqual(['8080: old', '9090: new', 'null: portless']);
  });
});

describe('stale-cache back-off (R-EPS-6, R-SUR-16)', () => {
  /** The slice watch of the controller is the slow one: 30 ms, against 10 of everything else. */
  const slowWatch = profileWith(2, { watch: { kind: 'constant', value: 30 } });

  it('withdraws the first of several pods at once and the rest a second later', () => {
    const context = settled(10, slowWatch);
    const writes = recordWrites(context);
    // Seen at 30, 36, 37; the first sync writes at 33, answered 34, and reaches the cache at 63.
    deletePodAt(context, 0, 'web-0');
    deletePodAt(context, 6, 'web-1');
    deletePodAt(context, 7, 'web-2');
    context.simulation.runUntil(10_000);
    expect(writes).toEqual([
      { timeMs: 33, ready: 9 },
      { timeMs: 1039, ready: 7 },
    ]);
  });

  it('lets a newer pod event retry at once, and success resets the back-off', () => {
    const context = settled(10, slowWatch);
    const writes = recordWrites(context);
    deletePodAt(context, 0, 'web-0');
    deletePodAt(context, 6, 'web-1');
    deletePodAt(context, 100, 'web-2');
    deletePodAt(context, 5000, 'web-3');
    deletePodAt(context, 5006, 'web-4');
    context.simulation.runUntil(20_000);
    expect(writes).toEqual([
      { timeMs: 33, ready: 9 },
      { timeMs: 133, ready: 7 },
      { timeMs: 5033, ready: 6 },
      { timeMs: 6039, ready: 5 },
    ]);
  });

  it('doubles from 1 s while the cache stays behind', () => {
    const context = settled(10, profileWith(2, { watch: { kind: 'constant', value: 4000 } }));
    const writes = recordWrites(context);
    deletePodAt(context, 0, 'web-0');
    deletePodAt(context, 6, 'web-1');
    context.simulation.runUntil(60_000);
    // Seen at 4000 and 4006. Retries at 5006 and 7006 come before the cache does (8003), the next after 4 s more.
    expect(writes).toEqual([
      { timeMs: 4003, ready: 9 },
      { timeMs: 11_009, ready: 8 },
    ]);
  });

  it('delays part of a bulk deletion with the latencies of a kind cluster', () => {
    let delayed = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const context = testCluster({ seed });
      const controller = new EndpointSliceController(context);
      context.api.seed(newService(), -60_000);
      const pods = seedPods(context, 10);
      controller.settle('web');
      const writes = recordWrites(context);
      const client = context.api.client('test', 20, 30);
      for (const pod of pods.slice(0, 5)) client.deletePod(pod, null);
      context.simulation.runUntil(30_000);
      expect(writes.at(-1)?.ready).toBe(5);
      const first = writes[0]?.timeMs ?? Number.NaN;
      expect(first).toBeLessThan(500);
      if ((writes.at(-1)?.timeMs ?? 0) > 900) delayed += 1;
    }
    expect(delayed).toBeGreaterThan(5);
  });
});

describe('slices that others touch (R-EPS-7)', () => {
  it('repairs them after a second', () => {
    const context = settled(3);
    const writes = recordWrites(context);
    context.api.commitUpdate('EndpointSlice', 'web-1', (slice) => ({ ...slice, endpoints: [] }));
    context.simulation.runUntil(5000);
    expect(writes).toEqual([
      { timeMs: 0, ready: 0 },
      { timeMs: 1025, ready: 3 },
    ]);
  });

  it('restores one that was deleted', () => {
    const context = settled(3);
    setReady(context, 'web-0', false);
    context.simulation.runUntil(5000);
    context.api.commitRemove('EndpointSlice', 'web-1');
    context.simulation.runUntil(10_000);
    expect(readyPods(context)).toEqual(['web-1', 'web-2']);
  });

  it('leaves Services without selector alone', () => {
    const context = testCluster({ profile: constantProfile(10) });
    const controller = new EndpointSliceController(context);
    context.api.seed(newService({ selector: {} }), -60_000);
    seedPods(context, 2);
    controller.settle('web');
    setReady(context, 'web-0', false);
    context.api.commitUpdate('Service', 'web', (service) => ({ ...service }));
    context.simulation.runUntil(5000);
    expect(endpointsOf(context)).toEqual([]);
  });
});

describe('timeline', () => {
  it('notes when a pod becomes ready in a slice write', () => {
    const context = settled(2);
    context.api.commitCreate(newPod('web-7', { ready: false }));
    context.simulation.at(1000, () => {
      setReady(context, 'web-7', true);
    });
    deletePodAt(context, 2000, 'web-0');
    context.simulation.runUntil(5000);
    expect(context.timeline.events).toEqual([{ timeMs: 1025, kind: 'endpoint-listed', object: 'pod/web-7' }]);
  });
});
