import { describe, expect, it } from 'vitest';
import type { ClusterContext } from '../../../../src/model/cluster/cluster-context.ts';
import { EndpointSliceController } from '../../../../src/model/cluster/endpoints.ts';
import { balancing, ServiceProxy } from '../../../../src/model/cluster/service-proxy.ts';
import type { UsableEndpoints } from '../../../../src/model/cluster/service-proxy/endpoint-states.ts';
import type { Profile } from '../../../../src/scenario/profile.ts';
import type { Service } from '../../../../src/scenario/scenario.ts';
import { newPod, newService, profileWith, seedPods, setReady, webService } from './endpoints/web-service.ts';
import { constantProfile, testCluster, testTemplate } from './test-cluster.ts';

type Programmed = Pick<UsableEndpoints, 'pods' | 'whenEmpty'> & { readonly timeMs: number };

interface ProxiedCluster {
  readonly context: ClusterContext;
  /** What each node's proxy programmed, in time order. */
  readonly programmed: ReadonlyMap<string, Programmed[]>;
}

/** A settled Service with ready pods, the slice controller and a proxy on every node. */
function proxied(
  pods: number,
  service: Partial<Service> = {},
  profile = constantProfile(10),
): ProxiedCluster {
  const context = testCluster({ profile });
  const controller = new EndpointSliceController(context);
  context.api.seed(newService(service), -60_000);
  seedPods(context, pods);
  controller.settle('web');
  return { context, programmed: startProxies(context) };
}

function startProxies(context: ClusterContext): ReadonlyMap<string, Programmed[]> {
  const programmed = new Map<string, Programmed[]>();
  const proxies = context.cluster.nodes.map((node) => {
    const seen: Programmed[] = [];
    programmed.set(node.name, seen);
    return new ServiceProxy(context, node, 'web', ({ pods, whenEmpty }) => {
      seen.push({ timeMs: context.simulation.nowMs, pods, whenEmpty });
    });
  });
  expect(proxies).toHaveLength(context.cluster.nodes.length);
  return programmed;
}

const on = ({ programmed }: ProxiedCluster, node = 'worker-1'): Programmed[] => programmed.get(node) ?? [];

function deletePodAt(context: ClusterContext, timeMs: number, pod: string): void {
  context.simulation.at(timeMs, () => {
    context.api.commitDeletePod(pod, null);
  });
}

describe('ServiceProxy', () => {
  it('programs the settled state at once, on every node', () => {
    const cluster = proxied(3);
    for (const node of ['worker-1', 'worker-2', 'worker-3']) {
      expect(on(cluster, node)).toEqual([
        { timeMs: 0, pods: ['web-0', 'web-1', 'web-2'], whenEmpty: 'drop' },
      ]);
    }
    const listed = cluster.context.timeline.events.filter(({ kind }) => kind === 'endpoint-listed');
    expect(listed).toHaveLength(9);
  });

  it('withdraws a deleted pod when the sync ends that its slice write caused (R-KP-1, R-KP-15)', () => {
    const cluster = proxied(3);
    deletePodAt(cluster.context, 2000, 'web-1');
    cluster.context.simulation.runUntil(10_000);
    // Seen 2010, synced 2020, stored 2025, at the proxy 2035, its sync ends 2045.
    expect(on(cluster).slice(1)).toEqual([{ timeMs: 2045, pods: ['web-0', 'web-2'], whenEmpty: 'drop' }]);
    const withdrawn = cluster.context.timeline.events.filter(({ kind }) => kind === 'endpoint-withdrawn');
    expect(withdrawn).toEqual(
      ['worker-1', 'worker-2', 'worker-3'].map((node) => ({
        timeMs: 2045,
        kind: 'endpoint-withdrawn',
        object: 'pod/web-1',
        node,
      })),
    );
  });

  it('waits a second after its last sync, and coalesces (R-KP-2)', () => {
    const cluster = proxied(5);
    deletePodAt(cluster.context, 2000, 'web-1');
    deletePodAt(cluster.context, 2300, 'web-2');
    deletePodAt(cluster.context, 2600, 'web-3');
    cluster.context.simulation.runUntil(10_000);
    expect(on(cluster).slice(1)).toEqual([
      { timeMs: 2045, pods: ['web-0', 'web-2', 'web-3', 'web-4'], whenEmpty: 'drop' },
      { timeMs: 3055, pods: ['web-0', 'web-4'], whenEmpty: 'drop' },
    ]);
  });

  it('goes on using terminating pods that serve while none is ready (R-KP-4), then rejects (R-KP-7)', () => {
    const cluster = proxied(1);
    const { context } = cluster;
    deletePodAt(context, 2000, 'web-0');
    context.simulation.at(5000, () => {
      setReady(context, 'web-0', false);
    });
    context.simulation.runUntil(20_000);
    expect(on(cluster)).toEqual([
      { timeMs: 0, pods: ['web-0'], whenEmpty: 'drop' },
      { timeMs: 5045, pods: [], whenEmpty: 'reject' },
    ]);
  });

  it('drops under the Local policy when only other nodes have endpoints (R-KP-7)', () => {
    const cluster = proxied(2, { internalTrafficPolicy: 'Local' });
    expect(on(cluster, 'worker-1')).toEqual([{ timeMs: 0, pods: ['web-0'], whenEmpty: 'drop' }]);
    expect(on(cluster, 'worker-3')).toEqual([{ timeMs: 0, pods: [], whenEmpty: 'drop' }]);
    setReady(cluster.context, 'web-0', false);
    setReady(cluster.context, 'web-1', false);
    cluster.context.simulation.runUntil(10_000);
    expect(on(cluster, 'worker-3').at(-1)).toMatchObject({ pods: [], whenEmpty: 'reject' });
  });

  it('sends to terminating and unready pods with publishNotReadyAddresses (R-KP-14)', () => {
    const cluster = proxied(2, { publishNotReadyAddresses: true });
    deletePodAt(cluster.context, 1000, 'web-0');
    setReady(cluster.context, 'web-1', false);
    cluster.context.simulation.runUntil(10_000);
    expect(on(cluster).at(-1)?.pods).toEqual(['web-0', 'web-1']);
  });

  it('swaps a selector atomically, with one sync a node (R-BG-1)', () => {
    const cluster = proxied(2);
    const { api, simulation } = cluster.context;
    const green = testTemplate({ labels: { app: 'green' } });
    api.seed(newPod('green-0', { template: green }), -60_000);
    simulation.runUntil(5000);
    api.commitUpdate('Service', 'web', (service) => ({
      ...service,
      manifest: webService({ selector: { app: 'green' } }),
    }));
    simulation.runUntil(10_000);
    expect(on(cluster).slice(1)).toEqual([{ timeMs: 5045, pods: ['green-0'], whenEmpty: 'drop' }]);
  });

  it('takes its turn after a change of another Service (R-KP-2)', () => {
    const cluster = proxied(2);
    const { api, simulation } = cluster.context;
    simulation.at(1980, () => {
      api.commitCreate<'Service'>(newService({ name: 'other', selector: {} }));
    });
    deletePodAt(cluster.context, 2000, 'web-0');
    simulation.runUntil(10_000);
    // The other Service: at the proxy 1990, its sync ends 2000; the next may start at 3000.
    expect(
      on(cluster)
        .slice(1)
        .map(({ timeMs }) => timeMs),
    ).toEqual([3010]);
  });

  it('knows no endpoints of a Service that has not been created', () => {
    const context = testCluster({ profile: constantProfile(10) });
    const programmed = startProxies(context);
    const controller = new EndpointSliceController(context);
    controller.settle('web');
    context.api.commitCreate(newService());
    context.api.commitCreate(newPod('web-0'));
    context.simulation.runUntil(10_000);
    const usable = programmed.get('worker-2') ?? [];
    expect(usable[0]).toEqual({ timeMs: 0, pods: [], whenEmpty: 'drop' });
    expect(usable.at(-1)).toMatchObject({ pods: ['web-0'] });
  });

  it('ignores slices without the port (a targetPort that no container names)', () => {
    expect(on(proxied(2, { targetPort: 'http' }))).toEqual([{ timeMs: 0, pods: [], whenEmpty: 'reject' }]);
  });
});

const within = (min: number, max: number): Profile['latencies']['watch'] => ({
  kind: 'uniform',
  min,
  max,
});

function timelineOf(seed: number): unknown {
  const context = testCluster({ seed });
  const controller = new EndpointSliceController(context);
  context.api.seed(newService(), -60_000);
  seedPods(context, 6);
  controller.settle('web');
  startProxies(context);
  for (const pod of ['web-0', 'web-1', 'web-2']) deletePodAt(context, 100, pod);
  context.simulation.runUntil(10_000);
  return context.timeline.events;
}

describe('withdrawal latency (R-KP-15)', () => {
  it.each([
    ['iptables', 1000],
    ['ipvs', 0],
  ] as const)('is the sum of its parts with %s', (mode, minSyncPeriodMs) => {
    const profile = profileWith(0, {
      watch: within(5, 50),
      controllerSync: within(1, 5),
      apiCall: within(8, 60),
      proxySync: within(30, 150),
    });
    const delays: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const context = testCluster({ seed, profile });
      const cluster = { ...context.cluster, kubeProxy: { mode, minSyncPeriodMs } };
      const proxiedContext = { ...context, cluster };
      const controller = new EndpointSliceController(proxiedContext);
      context.api.seed(newService(), -60_000);
      seedPods(context, 4);
      controller.settle('web');
      startProxies(proxiedContext);
      deletePodAt(context, 500, 'web-0');
      context.simulation.runUntil(10_000);
      for (const { kind, timeMs } of context.timeline.events) {
        if (kind === 'endpoint-withdrawn') delays.push(timeMs - 500);
      }
    }
    expect(delays).toHaveLength(120);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(5 + 1 + 8 / 2 + 5 + 30);
    expect(Math.max(...delays)).toBeLessThanOrEqual(50 + 5 + 60 / 2 + 50 + 150 + minSyncPeriodMs + 150);
  });

  it('depends on the seed alone', () => {
    expect(timelineOf(3)).toEqual(timelineOf(3));
    expect(timelineOf(3)).not.toEqual(timelineOf(4));
  });
});

describe('balancing', () => {
  it('is random, but round robin with ipvs (R-KP-6)', () => {
    expect(balancing(webService(), 'iptables')).toEqual({ algorithm: 'random', affinity: null });
    expect(balancing(webService(), 'nftables').algorithm).toBe('random');
    expect(balancing(webService(), 'ipvs').algorithm).toBe('round-robin');
    expect(balancing(null, 'iptables')).toEqual({ algorithm: 'random', affinity: null });
  });

  it('remembers clients for the timeout; iptables only 100 of them (R-KP-11)', () => {
    const sticky = webService({ sessionAffinitySeconds: 10_800 });
    expect(balancing(sticky, 'iptables').affinity).toEqual({ timeoutMs: 10_800_000, addressesMax: 100 });
    expect(balancing(sticky, 'nftables').affinity?.addressesMax).toBe(Number.POSITIVE_INFINITY);
  });
});
