/** All probes, one after another, in a namespace that is there before them and gone after them. */
import { setTimeout } from 'node:timers/promises';
import type { RunningCluster } from '../cluster.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { probeApi } from './api-probe.ts';
import { Arrivals } from './arrivals.ts';
import { probeBursts } from './burst-probe.ts';
import { probePods } from './pod-probe.ts';
import type { ProbeWorkload, ProbeWorld } from './probe.ts';
import { probeProxies } from './proxy-probe.ts';
import type { Samples } from './samples.ts';

const NAMESPACE = 'rollout-sim-calibration';
const NAMESPACE_OBJECT: AppliedObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE },
};

const PROBES = [
  { name: 'API server and controllers', probe: probeApi },
  { name: 'lives of pods', probe: probePods },
  { name: 'pods that start together', probe: probeBursts },
  { name: 'proxies and network', probe: probeProxies },
] as const;

export interface CalibrateOptions {
  readonly workload: ProbeWorkload;
  readonly signal: AbortSignal;
  readonly onProbe: (name: string) => void;
}

/** @throws EnvironmentError, ApiUnreachable or the signal's reason; the namespace is removed whatever happens */
export async function calibrate(cluster: RunningCluster, options: CalibrateOptions): Promise<Samples> {
  const client = await KubernetesClient.connect(cluster, NAMESPACE);
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const samples: Samples = {};
  try {
    await client.apply(NAMESPACE_OBJECT);
    const arrivals = new Arrivals(client, ['Deployment', 'ReplicaSet', 'Pod', 'EndpointSlice'], signal);
    await arrivals.ready();
    const wait = async (durationMs: number): Promise<void> => setTimeout(durationMs, undefined, { signal });
    const world: ProbeWorld = {
      cluster,
      client,
      arrivals,
      workload: options.workload,
      samples,
      wait,
      signal,
    };
    for (const { name, probe } of PROBES) {
      options.onProbe(name);
      await probe(world);
    }
    return samples;
  } finally {
    ended.abort(new Error('the calibration has ended'));
    await client.remove('Namespace', NAMESPACE).finally(async () => client.close());
  }
}
