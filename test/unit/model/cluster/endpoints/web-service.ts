/** A Service `web` and its pods, as other controllers would have stored them. */
import type { NewObject } from '../../../../../src/model/cluster/api-server.ts';
import type { ClusterContext } from '../../../../../src/model/cluster/cluster-context.ts';
import type { Endpoint, PodObject, ServiceObject } from '../../../../../src/model/cluster/objects.ts';
import type { Profile } from '../../../../../src/scenario/profile.ts';
import type { Service } from '../../../../../src/scenario/scenario.ts';
import { constantProfile, testTemplate } from '../test-cluster.ts';

export function webService(overrides: Partial<Service> = {}): Service {
  return {
    kind: 'Service',
    name: 'web',
    namespace: 'default',
    labels: {},
    annotations: {},
    file: 'service.yaml',
    lines: {},
    type: 'ClusterIP',
    selector: { app: 'web' },
    port: 80,
    targetPort: 8080,
    publishNotReadyAddresses: false,
    sessionAffinitySeconds: null,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    ...overrides,
  };
}

export function newService(
  overrides: Partial<Service> = {},
): NewObject<'Service'> & Pick<ServiceObject, 'kind'> {
  const manifest = webService(overrides);
  return { kind: 'Service', name: manifest.name, manifest };
}

export function newPod(
  name: string,
  overrides: Partial<NewObject<'Pod'>> = {},
): NewObject<'Pod'> & Pick<PodObject, 'kind'> {
  return {
    kind: 'Pod',
    name,
    owner: { kind: 'ReplicaSet', name: 'web-1' },
    deployment: 'web',
    template: testTemplate(),
    streamKey: name,
    nodeName: 'worker-1',
    phase: 'Running',
    hasIp: true,
    ready: true,
    readyTransitionMs: -60_000,
    restarts: 0,
    sidecarRestarts: 0,
    deletionCost: 0,
    deletionMs: null,
    deletionGraceSeconds: null,
    ...overrides,
  };
}

/** Ready pods `web-0` … on the cluster's nodes in turn. */
export function seedPods(context: ClusterContext, count: number): string[] {
  const { nodes } = context.cluster;
  return Array.from({ length: count }, (_, index) => {
    const nodeName = nodes[index % nodes.length]?.name ?? '';
    return context.api.seed(newPod(`web-${index}`, { nodeName }), -60_000).name;
  });
}

export function setReady({ api }: ClusterContext, pod: string, ready: boolean): void {
  api.commitUpdate('Pod', pod, (current) => ({ ...current, ready }));
}

/** Every listed endpoint of the Service as the API holds it now, in the order of the slices. */
export function endpointsOf({ api }: ClusterContext, service = 'web'): Endpoint[] {
  return [...api.readAll('EndpointSlice').values()]
    .filter((slice) => slice.service === service)
    .flatMap((slice) => slice.endpoints);
}

export function readyPods(context: ClusterContext): string[] {
  return endpointsOf(context)
    .filter(({ ready }) => ready)
    .map(({ pod }) => pod);
}

/** Latencies that are all one constant, but for some. */
export function profileWith(valueMs: number, some: Partial<Profile['latencies']>): Profile {
  const constant = constantProfile(valueMs);
  return { ...constant, latencies: { ...constant.latencies, ...some } };
}
