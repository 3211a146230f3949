/**
 * kube-proxy on one node: turns what it has seen of a Service and its slices into the rules that new connections
 * from this node meet (R-KP-1…15). Established connections are not its business (R-KP-8).
 */
import { HOUR_MS, SECOND_MS, type DurationMs } from '../../kernel/time.ts';
import type { KubeProxyMode, NodeSpec, Service } from '../../scenario/scenario.ts';
import type { BalancingSpec } from '../data-plane.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import { BoundedFrequencyRunner } from './service-proxy/bounded-frequency-runner.ts';
import { categorizeEndpoints, type ProxyEndpoint } from './service-proxy/categorize-endpoints.ts';

/** What a node's rules say about new connections to the Service. */
export interface UsableEndpoints {
  /** Pod names, in the order of the slices. */
  readonly pods: readonly string[];
  /** What happens to a connection when there are none (R-KP-7). */
  readonly whenEmpty: 'reject' | 'drop';
}

/** R-KP-2: how long a proxy stays idle before it syncs without cause. */
const RESYNC_MS: Readonly<Record<KubeProxyMode, DurationMs>> = {
  iptables: HOUR_MS,
  nftables: HOUR_MS,
  ipvs: 30 * SECOND_MS,
};

/** R-KP-11: addresses that xt_recent remembers for one endpoint. */
const XT_RECENT_ADDRESSES_MAX = 100;

export class ServiceProxy {
  readonly #context: ClusterContext;
  readonly #node: NodeSpec;
  readonly #service: string;
  readonly #programmed: (usable: UsableEndpoints) => void;
  readonly #services: Informer<'Service'>;
  readonly #slices: Informer<'EndpointSlice'>;
  #usable: UsableEndpoints = { pods: [], whenEmpty: 'drop' };

  /**
   * Programs at once what is stored already, as long ago, and from then on follows its own watches.
   * @param programmed called at each instant at which the node's rules change, the first time from here
   */
  constructor(
    context: ClusterContext,
    node: NodeSpec,
    service: string,
    programmed: (usable: UsableEndpoints) => void,
  ) {
    this.#context = context;
    this.#node = node;
    this.#service = service;
    this.#programmed = programmed;
    const runner = this.#runner();
    const request = (): void => {
      runner.request();
    };
    const watcher = `kube-proxy/${node.name}`;
    // One runner serves all Services of the node: a change of any of them takes its turn (R-KP-2).
    const { api, link } = context;
    this.#slices = api.watch('EndpointSlice', watcher, { changed: request, removed: request }, link);
    this.#services = api.watch(
      'Service',
      watcher,
      {
        changed: (object, old) => {
          if (old === null || rulesDiffer(object.manifest, old.manifest)) runner.request();
        },
        removed: request,
      },
      link,
    );
    this.#usable = this.#look();
    this.#noteDifference([], this.#usable.pods);
    programmed(this.#usable);
  }

  /** The node has lost power, and its rules with it. */
  lost(): void {
    this.#noteDifference(this.#usable.pods, []);
  }

  #runner(): BoundedFrequencyRunner {
    const { cluster, latencies, simulation, streams } = this.#context;
    const { mode, minSyncPeriodMs } = cluster.kubeProxy;
    const resyncMs = RESYNC_MS[mode];
    const idleShare = streams.stream('proxy-resync', this.#node.name).unit();
    const options = {
      minIntervalMs: minSyncPeriodMs,
      maxIntervalMs: resyncMs,
      lastCompletedMs: simulation.nowMs - idleShare * resyncMs,
      costMs: () => latencies.sample('proxySync', this.#node.name),
    };
    return new BoundedFrequencyRunner(simulation, options, () => {
      const usable = this.#look();
      return () => {
        this.#program(usable);
      };
    });
  }

  /** The rules that this node's caches ask for (R-KP-4, R-KP-7). */
  #look(): UsableEndpoints {
    const manifest = this.#services.get(this.#service)?.manifest;
    // An address that belongs to no Service is routed out of the cluster, where nobody answers.
    if (manifest === undefined) return { pods: [], whenEmpty: 'drop' };
    const internalLocal = manifest.internalTrafficPolicy === 'Local';
    const policies = {
      internalLocal,
      externalLocal: manifest.externalTrafficPolicy === 'Local',
      externallyReachable: manifest.type !== 'ClusterIP',
    };
    const place = { node: this.#node.name, zone: this.#node.zone, preferSameNode: true };
    const { cluster, local, hasAny } = categorizeEndpoints(this.#endpoints(), policies, place);
    // The clients are pods that call the ClusterIP: the internal policy decides.
    const pods = (internalLocal ? local : cluster) ?? [];
    return { pods, whenEmpty: hasAny ? 'drop' : 'reject' };
  }

  #endpoints(): ProxyEndpoint[] {
    const endpoints: ProxyEndpoint[] = [];
    for (const slice of this.#slices.list()) {
      // A slice without the Service's port has nothing to send to.
      if (slice.service !== this.#service || slice.port === null) continue;
      for (const { pod, nodeName, ready, serving, terminating } of slice.endpoints) {
        const local = nodeName === this.#node.name;
        endpoints.push({ id: pod, ready, serving, terminating, local, zoneHints: [], nodeHints: [] });
      }
    }
    return endpoints;
  }

  #program(usable: UsableEndpoints): void {
    const before = this.#usable;
    if (sameUsable(before, usable)) return;
    this.#usable = usable;
    this.#noteDifference(before.pods, usable.pods);
    this.#programmed(usable);
  }

  #noteDifference(before: readonly string[], after: readonly string[]): void {
    const node = this.#node.name;
    const had = new Set(before);
    const has = new Set(after);
    for (const pod of before) {
      if (!has.has(pod)) this.#context.timeline.note('endpoint-withdrawn', `pod/${pod}`, { node });
    }
    for (const pod of after) {
      if (!had.has(pod)) this.#context.timeline.note('endpoint-listed', `pod/${pod}`, { node });
    }
  }
}

/**
 * How each node's proxy spreads new connections (R-KP-6) and remembers clients (R-KP-11).
 * @param service null: the traffic has no Service; nothing is remembered
 */
export function balancing(service: Service | null, mode: KubeProxyMode): BalancingSpec {
  const seconds = service?.sessionAffinitySeconds ?? null;
  const addressesMax = mode === 'iptables' ? XT_RECENT_ADDRESSES_MAX : Number.POSITIVE_INFINITY;
  return {
    algorithm: mode === 'ipvs' ? 'round-robin' : 'random',
    affinity: seconds === null ? null : { timeoutMs: seconds * SECOND_MS, addressesMax },
  };
}

/** Whether a Service's change concerns its rules. A selector does not: kube-proxy waits for the slices (R-BG-1). */
function rulesDiffer(a: Service, b: Service): boolean {
  return (
    a.type !== b.type ||
    a.port !== b.port ||
    a.sessionAffinitySeconds !== b.sessionAffinitySeconds ||
    a.internalTrafficPolicy !== b.internalTrafficPolicy ||
    a.externalTrafficPolicy !== b.externalTrafficPolicy
  );
}

function sameUsable(a: UsableEndpoints, b: UsableEndpoints): boolean {
  if (a.whenEmpty !== b.whenEmpty || a.pods.length !== b.pods.length) return false;
  return a.pods.every((pod, index) => pod === b.pods[index]);
}
