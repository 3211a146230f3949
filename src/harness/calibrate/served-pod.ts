/** A Service whose one endpoint is written by hand, so that no controller changes it, entered through every node's NodePort. */
import { connect } from 'node:net';
import type { ClusterNode } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import { hasCondition } from '../kubernetes/live-objects.ts';
import type { ProbeWorld } from './probe.ts';

export const SERVED = 'calibration-served';

interface Manifest extends AppliedObject {
  readonly [field: string]: unknown;
}

export function serviceByHand({ cluster, workload }: ProbeWorld): readonly Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: SERVED },
      spec: {
        type: 'NodePort',
        ports: [{ port: 80, targetPort: workload.port, nodePort: cluster.nodePort }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: SERVED, labels: { 'kubernetes.io/service-name': SERVED } } as Manifest['metadata'],
      addressType: 'IPv4',
      ports: [{ name: '', port: workload.port, protocol: 'TCP' }],
      endpoints: [],
    },
  ];
}

/** @returns its address, once it is Ready */
export async function servedPod({ client, arrivals, workload }: ProbeWorld, name: string): Promise<string> {
  const ready = arrivals.find(
    'Pod',
    ({ metadata, status }) => metadata.name === name && hasCondition(status.conditions, 'Ready'),
  );
  await client.create(workload.pod(name));
  const { status } = await ready;
  if (status.podIP === undefined) throw new EnvironmentError(`The pod ${name} is Ready and has no address.`);
  return status.podIP;
}

export type Reception = 'accepted' | 'refused' | 'lost';

/** What a new connection through the node meets; lost: no answer in time, or word that there is no such address. */
export async function reception(
  { entrance: { host, port } }: ClusterNode,
  timeoutMs: number,
): Promise<Reception> {
  const { promise, resolve } = Promise.withResolvers<Reception>();
  const socket = connect({ host, port, timeout: timeoutMs });
  const end = (met: Reception): void => {
    socket.destroy();
    resolve(met);
  };
  socket.once('connect', () => {
    end('accepted');
  });
  socket.once('timeout', () => {
    end('lost');
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    end(error.code === 'ECONNREFUSED' ? 'refused' : 'lost');
  });
  return promise;
}
