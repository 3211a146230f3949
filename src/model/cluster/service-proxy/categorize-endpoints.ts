/** Which endpoints of a Service one node's proxy uses, for each traffic policy (R-KP-4, R-KP-5, R-KP-7). */

export interface ProxyEndpoint {
  readonly id: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** On the proxy's own node. */
  readonly local: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

export interface TrafficPolicies {
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Reached from outside the cluster as well: a node port or a load balancer. */
  readonly externallyReachable: boolean;
}

/** Where the proxy runs. `preferSameNode`: whether node hints are obeyed at all (a feature gate, on from 1.35). */
export interface ProxyPlace {
  readonly node: string | null;
  readonly zone: string | null;
  readonly preferSameNode: boolean;
}

export interface CategorizedEndpoints {
  /** Used by traffic under the Cluster policy; null when none of the Service's traffic is. */
  readonly cluster: readonly string[] | null;
  /** The same for the Local policy. */
  readonly local: readonly string[] | null;
  /** Either of them, in the order of the input. */
  readonly all: readonly string[];
  /** Whether any node could reach an endpoint, even if this one cannot. */
  readonly hasAny: boolean;
}

type Selects = (endpoint: ProxyEndpoint) => boolean;

export function categorizeEndpoints(
  endpoints: readonly ProxyEndpoint[],
  policies: TrafficPolicies,
  place: ProxyPlace,
): CategorizedEndpoints {
  const { internalLocal, externalLocal, externallyReachable } = policies;
  // A pod that calls a load balancer's address is short-cut to all endpoints, whatever the external policy.
  const usesCluster = !internalLocal || externallyReachable;
  const usesLocal = internalLocal || (externalLocal && externallyReachable);
  const cluster = usesCluster ? readyElseTerminating(endpoints, obeyedHint(endpoints, place)) : null;
  const local = usesLocal ? readyElseTerminating(endpoints.filter(isLocal), everywhere) : null;
  const clusterIds = cluster?.map(idOf) ?? null;
  const localIds = local?.map(idOf) ?? null;
  return {
    cluster: clusterIds,
    local: localIds,
    all:
      cluster === null || local === null ? (clusterIds ?? localIds ?? []) : either(endpoints, cluster, local),
    hasAny: endpoints.some((endpoint) => endpoint.ready || isFallback(endpoint)),
  };
}

function either(
  endpoints: readonly ProxyEndpoint[],
  cluster: readonly ProxyEndpoint[],
  local: readonly ProxyEndpoint[],
): readonly string[] {
  const reachable = new Set([...cluster, ...local]);
  return endpoints.filter((endpoint) => reachable.has(endpoint)).map(idOf);
}

/** R-KP-4: the ready ones; only if there is none, those that still serve while they terminate. */
function readyElseTerminating(endpoints: readonly ProxyEndpoint[], near: Selects): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready && near(endpoint));
  return ready.length > 0 ? ready : endpoints.filter(isFallback);
}

/** R-KP-5: hints count only if every ready endpoint has one and one of them names this place; the node's before the zone's. */
function obeyedHint(endpoints: readonly ProxyEndpoint[], place: ProxyPlace): Selects {
  const { node, zone } = place;
  const hinted = (hasHint: Selects): boolean =>
    endpoints.every((endpoint) => !endpoint.ready || hasHint(endpoint));
  const named = (hint: Selects): boolean => endpoints.some((endpoint) => endpoint.ready && hint(endpoint));
  if (place.preferSameNode && node !== null && hinted(({ nodeHints }) => nodeHints.length > 0)) {
    const onNode: Selects = ({ nodeHints }) => nodeHints.includes(node);
    if (named(onNode)) return onNode;
  }
  if (zone !== null && hinted(({ zoneHints }) => zoneHints.length > 0)) {
    const inZone: Selects = ({ zoneHints }) => zoneHints.includes(zone);
    if (named(inZone)) return inZone;
  }
  return everywhere;
}

function everywhere(): boolean {
  return true;
}

function isLocal(endpoint: ProxyEndpoint): boolean {
  return endpoint.local;
}

function isFallback(endpoint: ProxyEndpoint): boolean {
  return endpoint.serving && endpoint.terminating;
}

function idOf(endpoint: ProxyEndpoint): string {
  return endpoint.id;
}
