/**
 * kube-proxy on one node: turns what it has seen of a Service and its slices into the rules that new connections
 * from this node meet (R-KP-1…15). Established connections are not its business (R-KP-8).
 */
import { HOUR_MS, SECOND_MS, type DurationMs, type TimeMs } from '../../kernel/time.ts';
import type { KubeProxyMode, NodeSpec, Service } from '../../scenario/scenario.ts';
import type { BalancingSpec } from '../data-plane.ts';
import type { ApiServer } from './api-server.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { Informer } from './informer.ts';
import type { EndpointSliceObject } from './objects.ts';
import { BoundedFrequencyRunner } from './service-proxy/bounded-frequency-runner.ts';
import {
  EndpointStates,
  NO_SERVICE,
  sameUsable,
  type UsableEndpoints,
} from './service-proxy/endpoint-states.ts';

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
  readonly #states: EndpointStates;
  #usable: UsableEndpoints = NO_SERVICE;

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
    this.#states = statesOf(context.api);
    const runner = this.#runner();
    const request = (): void => {
      runner.request();
    };
    // What arrives before a run that is due anyway is found by it.
    const concerns = (_object: unknown, _old: unknown, dueMs: TimeMs): boolean => !runner.runsAfter(dueMs);
    const watcher = `kube-proxy/${node.name}`;
    // One runner serves all Services of the node: a change of any of them takes its turn (R-KP-2).
    const { api, link } = context;
    this.#slices = api.watch(
      'EndpointSlice',
      watcher,
      { changed: request, removed: request, concerns },
      link,
    );
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
    this.#noteDifference(NO_SERVICE, this.#usable);
    programmed(this.#usable);
  }

  /** The node has lost power, and its rules with it. */
  lost(): void {
    this.#noteDifference(this.#usable, NO_SERVICE);
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

  /** The rules that this node's caches ask for. */
  #look(): UsableEndpoints {
    const manifest = this.#services.get(this.#service)?.manifest;
    if (manifest === undefined) return NO_SERVICE;
    const slices: EndpointSliceObject[] = [];
    for (const slice of this.#slices.values()) {
      // A slice without the Service's port has nothing to send to.
      if (slice.service === this.#service && slice.port !== null) slices.push(slice);
    }
    return this.#states.usable(manifest, slices, this.#node);
  }

  #program(usable: UsableEndpoints): void {
    const before = this.#usable;
    if (sameUsable(before, usable)) return;
    this.#usable = usable;
    this.#noteDifference(before, usable);
    this.#programmed(usable);
  }

  #noteDifference(before: UsableEndpoints, after: UsableEndpoints): void {
    const details = { node: this.#node.name };
    const { timeline } = this.#context;
    for (const pod of this.#states.missing(before, after)) {
      timeline.note('endpoint-withdrawn', this.#states.objectOf(pod), details);
    }
    for (const pod of this.#states.missing(after, before)) {
      timeline.note('endpoint-listed', this.#states.objectOf(pod), details);
    }
  }
}

/** All proxies of one cluster share what they make of its slices. */
const states = new WeakMap<ApiServer, EndpointStates>();

function statesOf(api: ApiServer): EndpointStates {
  let known = states.get(api);
  if (known === undefined) {
    known = new EndpointStates();
    states.set(api, known);
  }
  return known;
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
