/** All probes, one after another, in a namespace that is there before them and gone after them. */
import type { RunningCluster } from '../cluster.ts';
import { emptyNamespace, leaveNamespace, makeNamespace, OWN_NAMESPACE } from '../experiment/own-namespace.ts';
import { sleep } from '../experiment/sleep.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { probeApi } from './api-probe.ts';
import { Arrivals } from './arrivals.ts';
import { probeBursts } from './burst-probe.ts';
import type { Pace } from './pace.ts';
import { probePods } from './pod-probe.ts';
import type { ProbeWorkload, ProbeWorld } from './probe.ts';
import { probeProxies } from './proxy-probe.ts';
import type { Samples } from './samples.ts';

const WATCHED = ['Deployment', 'ReplicaSet', 'Pod', 'EndpointSlice'] as const;
const PROBES = [
  { name: 'API server and controllers', probe: probeApi },
  { name: 'lives of pods', probe: probePods },
  { name: 'pods that start together', probe: probeBursts },
  { name: 'proxies and network', probe: probeProxies },
] as const;

export interface CalibrateOptions {
  readonly workload: ProbeWorkload;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Told of each probe, and of what comes before and after. */
  readonly progress: (text: string) => void;
}

/**
 * The namespace is gone at the end, whatever happens.
 * @throws EnvironmentError, also while another process uses the cluster, ApiError, or the signal's reason
 */
export async function calibrate(cluster: RunningCluster, options: CalibrateOptions): Promise<Samples> {
  const { pace, progress, signal } = options;
  const client = await KubernetesClient.connect(cluster, OWN_NAMESPACE);
  try {
    const { goneWithinMs } = pace;
    await emptyNamespace(client, { cluster: cluster.name, goneWithinMs, progress }, signal);
    try {
      await makeNamespace(client, cluster.name, signal);
      return await probeAll(cluster, client, options);
    } finally {
      progress('cleaning up');
      await leaveNamespace(client, goneWithinMs);
    }
  } finally {
    await client.close();
  }
}

async function probeAll(
  cluster: RunningCluster,
  client: KubernetesClient,
  { workload, pace, progress, signal: interrupted }: CalibrateOptions,
): Promise<Samples> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted, ended.signal]);
  const samples: Samples = {};
  try {
    const arrivals = new Arrivals(client, WATCHED, pace.apiPatienceMs, signal);
    await arrivals.ready();
    const wait = async (durationMs: number): Promise<void> => sleep(durationMs, signal);
    const world: ProbeWorld = { cluster, client, arrivals, workload, samples, pace, wait, signal };
    for (const { name, probe } of PROBES) {
      progress(`probing: ${name}`);
      await probe(world);
    }
    return samples;
  } finally {
    ended.abort(new Error('the calibration has ended'));
  }
}
