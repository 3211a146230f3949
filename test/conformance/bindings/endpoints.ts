/** EndpointSlice conditions and kube-proxy's choice of endpoints, by the functions that the model itself uses. */
import { endpointConditions, isListed } from '../../../src/model/cluster/endpoints/pod-endpoint.ts';
import { planSlices } from '../../../src/model/cluster/endpoints/slice-plan.ts';
import {
  categorizeEndpoints,
  type CategorizedEndpoints,
  type ProxyEndpoint,
  type TrafficPolicies,
} from '../../../src/model/cluster/service-proxy/categorize-endpoints.ts';
import type { Endpoint } from '../../../src/model/cluster/objects.ts';

interface PodRow {
  readonly pod: { readonly ready?: boolean; readonly terminating?: boolean };
  readonly publishNotReadyAddresses?: boolean;
}

function podToEndpoint({ pod, publishNotReadyAddresses }: PodRow): unknown {
  const deletionMs = pod.terminating === true ? 0 : null;
  return endpointConditions({ ready: pod.ready ?? false, deletionMs }, publishNotReadyAddresses ?? false);
}

interface ListingRow {
  readonly phase: string;
  readonly hasIP?: boolean;
  readonly terminating?: boolean;
  readonly includeTerminating?: boolean;
}

function shouldPodBeInEndpoints({ phase, hasIP, terminating, includeTerminating }: ListingRow): unknown {
  const pod = { phase, hasIp: hasIP ?? false, deletionMs: terminating === true ? 0 : null };
  return { included: isListed(pod, includeTerminating ?? false) };
}

interface ProxyRow {
  readonly service: Partial<TrafficPolicies>;
  readonly zone?: string | null;
  readonly node?: string | null;
  readonly preferSameGate?: boolean;
  readonly endpoints: readonly (Partial<ProxyEndpoint> & { readonly id: string })[];
}

const UNSET: Omit<ProxyEndpoint, 'id'> = {
  ready: false,
  serving: false,
  terminating: false,
  local: false,
  zoneHints: [],
  nodeHints: [],
};

function categorize({ service, zone, node, preferSameGate, endpoints }: ProxyRow): CategorizedEndpoints {
  const policies = { internalLocal: false, externalLocal: false, externallyReachable: false, ...service };
  const place = { zone: zone ?? null, node: node ?? null, preferSameNode: preferSameGate ?? false };
  return categorizeEndpoints(
    endpoints.map((endpoint) => ({ ...UNSET, ...endpoint })),
    policies,
    place,
  );
}

interface SlicesRow {
  readonly podCount: number;
  readonly maxEndpointsPerSlice: number;
}

function sliceLengths({ podCount, maxEndpointsPerSlice }: SlicesRow): unknown {
  const endpoints = Array.from({ length: podCount }, (_, index): Endpoint => ({
    pod: `pod-${index}`,
    nodeName: 'node',
    ready: true,
    serving: true,
    terminating: false,
  }));
  const { creates } = planSlices([], new Map([[8080, endpoints]]), maxEndpointsPerSlice);
  return { lengths: creates.map((slice) => slice.endpoints.length) };
}

export const bindings: Record<string, (input: any) => unknown> = {
  podToEndpoint,
  ShouldPodBeInEndpoints: shouldPodBeInEndpoints,
  CategorizeEndpoints: categorize,
  sliceLengths,
};
