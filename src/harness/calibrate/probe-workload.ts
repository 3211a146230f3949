/** The harness's own small server as the probes use it: it listens, answers and exits at once. */
import type { Workload } from '../../scenario/scenario.ts';
import { readLifeLine } from '../workload/life-line.ts';
import { NODE_VARIABLE, POD_VARIABLE, workloadEnvironment } from '../workload/settings.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import type { ProbeWorkload } from './probe.ts';

const PORT = 8080;
/** Where an image comes from that names no registry. */
const REGISTRY = 'docker.io/';
const READY_PATH = '/ready';
const LABELS = { app: 'rollout-sim-calibration' };
/** The name of the container, by which its log is asked for. */
export const PROBE_CONTAINER = 'calibration';

const AT_ONCE: Workload = {
  name: 'calibration',
  serviceTime: { kind: 'constant', value: 0 },
  concurrency: 64,
  backlog: 64,
  overflow: 'http-5xx',
  boot: { kind: 'constant', value: 0 },
  onSigterm: { style: 'exit', drainMaxMs: 0, lameDuckMs: 0, failReadiness: false, closeHeader: false },
  keepAliveTimeoutMs: 60_000,
  cpuPerRequestMs: 0,
  dependencies: [],
  coldStart: null,
  errorRate: 0,
  runs: null,
  failureRate: 0,
};

interface PodManifest extends AppliedObject {
  readonly spec: unknown;
}

/** @param image of the workload server, which the nodes hold already */
export function probeWorkload(image: string): ProbeWorkload {
  return {
    port: PORT,
    labels: LABELS,
    imageAgain: image.startsWith(REGISTRY) ? image.slice(REGISTRY.length) : `${REGISTRY}${image}`,
    pod: (name): PodManifest => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: podSpec(image),
    }),
    deployment: (name, replicas): PodManifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: podSpec(image) },
      },
    }),
    lifeOf(line) {
      const told = readLifeLine(line);
      return told === null ? null : { kind: told.life, epochMs: told.epochMs };
    },
  };
}

function field(name: string, fieldPath: string): unknown {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function podSpec(image: string): unknown {
  const settings = workloadEnvironment(AT_ONCE, {
    ports: [PORT],
    readinessPath: READY_PATH,
    probePaths: [READY_PATH],
  });
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: [
      {
        name: PROBE_CONTAINER,
        image,
        imagePullPolicy: 'Never',
        env: [
          ...Object.entries(settings).map(([name, value]) => ({ name, value })),
          field(POD_VARIABLE, 'metadata.name'),
          field(NODE_VARIABLE, 'spec.nodeName'),
        ],
        ports: [{ containerPort: PORT }],
        readinessProbe: { httpGet: { path: READY_PATH, port: PORT }, periodSeconds: 1 },
      },
    ],
  };
}
