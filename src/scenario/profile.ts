/**
 * The latency distributions of one kind of cluster (MODEL.md, latencies), in milliseconds, and how unsure they are.
 * Built-in figures are assumptions until `sim calibrate` has measured a cluster; MODEL.md lists their sources.
 */
import type { DistributionSpec } from '../kernel/distribution.ts';

export interface Profile {
  readonly name: string;
  /**
   * Relative standard deviation of each latency's scale between clusters of this kind: every run multiplies
   * each latency by a log-normal factor of its own, so that a prediction interval holds what is not known.
   */
  readonly uncertainty: number;
  readonly latencies: Readonly<Record<LatencyName, DistributionSpec>>;
}

export type LatencyName = keyof typeof LATENCY_MEANINGS;

export const LATENCY_MEANINGS = {
  apiCall: 'one mutating call to the API server, until it is stored and answered',
  watch: 'from a stored change to its arrival in one watcher’s cache',
  controllerSync: 'one reconciliation inside a controller, without its API calls',
  schedule: 'one scheduling cycle, without the binding call (R-POD-1)',
  containerStart: 'sandbox, network and start of a pod’s first container, without pull (R-POD-3)',
  startWork:
    'processor time of a pod’s start, where all nodes share one machine: starts at the same time queue for it (R-POD-3)',
  containerRestart: 'create and start of a container in a pod that has its sandbox',
  imagePullCheck: 'one registry round trip for an image whose layers are present (R-POD-4)',
  imagePull: 'download and unpacking of an image that the node lacks',
  kubeletSync: 'PLEG and pod sync after a change that the kubelet made itself (R-POD-7, 1.36)',
  killReaction: 'from the deletion seen by the kubelet to the hook or signal (no hook: SIGTERM)',
  sandboxStop: 'from the last container’s exit until its sandbox, and with it the pod’s address, is gone',
  podRemoval: 'from the last container’s exit to the object’s removal (R-POD-22)',
  proxySync: 'one partial sync of a node’s proxy rules (R-KP-3)',
  signalReaction: 'from SIGTERM to the application acting on it',
  networkRoundTrip: 'client to pod and back inside the cluster',
} as const;

const lognormal = (p50: number, p99: number): DistributionSpec => ({ kind: 'lognormal', p50, p99 });

/** Not measured: what clusters of several machines are assumed to take. */
const ASSUMED: Profile['latencies'] = {
  apiCall: lognormal(8, 60),
  watch: lognormal(5, 50),
  controllerSync: { kind: 'uniform', min: 1, max: 5 },
  schedule: lognormal(10, 200),
  containerStart: lognormal(1500, 5000),
  startWork: { kind: 'constant', value: 0 },
  containerRestart: lognormal(400, 2000),
  imagePullCheck: lognormal(150, 1000),
  imagePull: lognormal(2000, 8000),
  kubeletSync: lognormal(50, 150),
  killReaction: { kind: 'uniform', min: 20, max: 100 },
  sandboxStop: lognormal(150, 800),
  podRemoval: { kind: 'uniform', min: 500, max: 3000 },
  proxySync: { kind: 'uniform', min: 30, max: 150 },
  signalReaction: { kind: 'uniform', min: 5, max: 50 },
  networkRoundTrip: { kind: 'constant', value: 0.4 },
};

/**
 * A kind cluster of four nodes on two idle cores, Kubernetes 1.34.4: reports/calibration.yaml, rounded. Where that file keeps
 * the samples themselves, the simplest law through their middle stands here. What it could not measure is assumed.
 */
const kind: Profile = {
  name: 'kind',
  uncertainty: 0.3,
  latencies: {
    ...ASSUMED,
    apiCall: lognormal(6.9, 11.5),
    watch: lognormal(3.2, 8),
    controllerSync: { kind: 'uniform', min: 0, max: 1 },
    schedule: { kind: 'uniform', min: 0, max: 10 },
    containerStart: lognormal(383, 716),
    startWork: lognormal(164, 224),
    containerRestart: lognormal(123, 171),
    // Up to 1.35 the kubelet lists its runtime every second and not after a sync of its own (R-POD-7).
    kubeletSync: { kind: 'uniform', min: 0, max: 1000 },
    killReaction: lognormal(8, 22),
    sandboxStop: lognormal(107, 142),
    podRemoval: lognormal(995, 1020),
    proxySync: lognormal(31, 64),
    networkRoundTrip: lognormal(0.27, 0.67),
  },
};

const small: Profile = {
  name: 'small',
  uncertainty: 0.3,
  latencies: { ...ASSUMED, containerStart: lognormal(800, 4000), containerRestart: lognormal(300, 1500) },
};

const large: Profile = {
  name: 'large',
  uncertainty: 0.4,
  latencies: {
    ...small.latencies,
    apiCall: lognormal(15, 500),
    watch: lognormal(20, 500),
    controllerSync: { kind: 'uniform', min: 5, max: 50 },
    schedule: lognormal(30, 1000),
    containerStart: lognormal(1200, 5000),
    killReaction: { kind: 'uniform', min: 20, max: 200 },
    proxySync: { kind: 'uniform', min: 500, max: 3000 },
  },
};

export const BUILT_IN_PROFILES: Readonly<Record<string, Profile>> = { kind, small, large };
