/** What a pod looks like in an EndpointSlice: whether it is listed, under which port, and with which conditions. */
import type { Service } from '../../../scenario/scenario.ts';
import type { Endpoint, PodObject } from '../objects.ts';

/** R-EPS-2: a pod with an address whose phase is not terminal; terminating ones stay unless they are left out on purpose. */
export function isListed(
  pod: { readonly phase: string; readonly hasIp: boolean; readonly deletionMs: number | null },
  includeTerminating = true,
): boolean {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed' || !pod.hasIp) return false;
  return includeTerminating || pod.deletionMs === null;
}

/** R-EPS-1, and R-KP-14 for `publishNotReadyAddresses`, which keeps `ready` true to the end. */
export function endpointConditions(
  pod: Pick<PodObject, 'ready' | 'deletionMs'>,
  publishNotReadyAddresses: boolean,
): Pick<Endpoint, 'ready' | 'serving' | 'terminating'> {
  const serving = pod.ready;
  const terminating = pod.deletionMs !== null;
  return { ready: publishNotReadyAddresses || (serving && !terminating), serving, terminating };
}

export function podToEndpoint(pod: PodObject, service: Service): Endpoint {
  return {
    pod: pod.name,
    nodeName: pod.nodeName ?? '',
    ...endpointConditions(pod, service.publishNotReadyAddresses),
  };
}

/** The number behind the Service's targetPort on this pod; null when no container or sidecar has a port of that name. */
export function targetPortOn(pod: PodObject, targetPort: number | string): number | null {
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = pod.template.initContainers.filter((container) => container.sidecar);
  for (const container of [...pod.template.containers, ...sidecars]) {
    for (const port of container.ports) if (port.name === targetPort) return port.containerPort;
  }
  return null;
}
