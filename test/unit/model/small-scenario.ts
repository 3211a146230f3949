/**
 * Small whole scenarios for tests of the world: one Deployment behind one Service, a new version of it, and a few
 * callers, written as manifests and read by the loader like a user's. A manifest is JSON, which is YAML too.
 */
import type { FileEntry, ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface SmallScenario {
  readonly nodes?: number;
  readonly mode?: 'iptables' | 'nftables' | 'ipvs';
  readonly profile?: unknown;
  readonly replicas?: number;
  readonly strategy?: Fields;
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds?: number;
  readonly graceSeconds?: number;
  /** Fields of the container: probes, lifecycle … */
  readonly container?: Fields;
  /** The same of the version that is rolled out, over those of `container`. */
  readonly newContainer?: Fields;
  /** Fields of the Service's spec. */
  readonly service?: Fields;
  readonly workload?: Fields;
  readonly rate?: unknown;
  /** Fields of the traffic besides its Service and rate. */
  readonly traffic?: Fields;
  readonly clients?: Fields;
  /** Default: the new version at 10 s, and wait for it. Files of `files` may be named. */
  readonly changes?: readonly Fields[];
  /** Further manifests by path; those in `manifests/` are applied before. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Workloads of further containers. */
  readonly workloads?: Fields;
  readonly durationSeconds?: number;
  readonly faults?: readonly Fields[];
}

export const ROLL_OUT: Fields = { at: '10s', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' };
export const NEW_CONNECTIONS: Fields = { keepAlive: false };

/** Every latency is one constant: what happens when can be worked out on paper. */
export function constantLatencies(milliseconds: Fields = {}): Fields {
  const names = [
    ['apiCall', 2],
    ['watch', 1],
    ['controllerSync', 1],
    ['schedule', 1],
    ['containerStart', 10],
    ['startWork', 0],
    ['containerRestart', 10],
    ['imagePullCheck', 1],
    ['imagePull', 1],
    ['kubeletSync', 10],
    ['killReaction', 5],
    ['sandboxStop', 10],
    ['podRemoval', 10],
    ['proxySync', 30],
    ['signalReaction', 10],
    ['networkRoundTrip', 0.4],
  ] as const;
  const values = Object.fromEntries(names.map(([name, value]) => [name, milliseconds[name] ?? value]));
  const latencies = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { kind: 'constant', value }]),
  );
  return { name: 'constant', base: 'small', uncertainty: 0, latencies };
}

/** The Deployment of one version. */
export function deploymentManifest(small: SmallScenario, version: string, container: Fields = {}): Fields {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: small.replicas ?? 3,
      ...(small.strategy === undefined ? {} : { strategy: small.strategy }),
      minReadySeconds: small.minReadySeconds ?? 0,
      progressDeadlineSeconds: small.progressDeadlineSeconds ?? 600,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          terminationGracePeriodSeconds: small.graceSeconds ?? 30,
          containers: [
            {
              name: 'web',
              image: `example.com/web:${version}`,
              ports: [{ name: 'http', containerPort: 8080 }],
              ...container,
            },
          ],
        },
      },
    },
  };
}

function filesOf(small: SmallScenario): Record<string, unknown> {
  const container = small.container ?? {};
  return {
    'manifests/deployment.yaml': deploymentManifest(small, '1.0.0', container),
    'manifests/service.yaml': {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...small.service },
    },
    'changes/deployment.yaml': deploymentManifest(small, '1.1.0', { ...container, ...small.newContainer }),
    ...small.files,
    'scenario.yaml': {
      apiVersion: 'rollout-sim/v1',
      kind: 'Scenario',
      metadata: { name: 'small' },
      spec: {
        cluster: {
          profile: small.profile ?? 'small',
          nodes: { count: small.nodes ?? 2 },
          kubeProxy: { mode: small.mode ?? 'iptables' },
        },
        before: ['manifests/'],
        changes: small.changes ?? [ROLL_OUT],
        workload: { web: small.workload ?? {}, ...small.workloads },
        traffic: {
          service: 'web',
          ...(small.traffic?.['arrivals'] === 'closed' ? {} : { rate: small.rate ?? 100 }),
          ...small.traffic,
          clients: { count: 6, connectionsEach: 50, method: 'POST', ...small.clients },
        },
        faults: small.faults ?? [],
        limits: { duration: `${small.durationSeconds ?? 1800}s` },
      },
    },
  };
}

export function smallScenarioFiles(small: SmallScenario): ScenarioFiles {
  const entries: Record<string, FileEntry> = {};
  const folders = new Map<string, string[]>();
  for (const [path, content] of Object.entries(filesOf(small))) {
    entries[path] = { kind: 'text', text: JSON.stringify(content, null, 2) };
    const [folder, name] = path.split('/');
    if (folder !== undefined && name !== undefined)
      folders.set(folder, [...(folders.get(folder) ?? []), name]);
  }
  for (const [folder, files] of folders)
    entries[folder] = { kind: 'folder', files: files.toSorted(), folders: [] };
  return { root: '.', scenarioFile: 'scenario.yaml', entries };
}

/** @throws Error when the loader finds an error in it */
export function smallScenario(small: SmallScenario = {}): Scenario {
  const { scenario, diagnostics } = loadScenario(smallScenarioFiles(small));
  if (scenario === null) {
    throw new Error(
      diagnostics.map(({ code, message, location }) => `${code} ${location.line}: ${message}`).join('\n'),
    );
  }
  return scenario;
}
