import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundledScenarios, readScenarioFiles } from '../../../src/scenario-files.ts';
import type { ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Service } from '../../../src/scenario/scenario.ts';
import { locateField } from '../../../src/scenario/source-map.ts';
import { FILES, GOOD, deploymentBefore, edited, firstJob, scenarioOf } from './good-scenario.ts';

const SCENARIO = scenarioOf();
const DEPLOYMENT = deploymentBefore(SCENARIO);
const JOB = firstJob(SCENARIO);

function hashOf(files: ScenarioFiles): string {
  return deploymentBefore(scenarioOf(files)).template.hash;
}

function replaced(from: string, to: string): ScenarioFiles {
  return edited('manifests/app.yaml', (text) => text.replace(from, to));
}

function place(path: string): string {
  const { file, line, column } = locateField(DEPLOYMENT, path);
  return `${file}:${line}:${column}`;
}

describe('a whole scenario', () => {
  test('has every section read, with units in milliseconds, thousandths and bytes', () => {
    expect(SCENARIO).toMatchObject({
      name: 'small-shop',
      profile: { name: 'small' },
      cluster: {
        nodes: [
          { name: 'worker-1', zone: 'zone-1', cpuMilli: 4000, memoryBytes: 8 * 1024 ** 3, podsMax: 110 },
          { name: 'worker-2', zone: 'zone-2' },
        ],
        kubeProxy: { mode: 'nftables', minSyncPeriodMs: 1000 },
      },
      limits: { durationMs: 600_000, podsMax: 10_000, requestsMax: 1e9 },
      warnings: [],
    });
    expect(SCENARIO.digest).toMatch(/^sha256:[0-9a-f]{64}$/u);
  });

  test('has its changes in order, each with its start and its end', () => {
    expect(SCENARIO.changes.map(({ start, waitFor, action }) => [start, waitFor, action.kind])).toEqual([
      [{ kind: 'at', timeMs: 5000 }, 'job/complete', 'apply'],
      [{ kind: 'after', delayMs: 2000 }, 'rollout/complete', 'apply'],
      [{ kind: 'after', delayMs: 0 }, 'applied', 'undo'],
    ]);
    expect(SCENARIO.changes[2]).toMatchObject({
      action: { deployment: 'shop', toRevision: null },
      location: { file: 'scenario.yaml' },
    });
  });

  test('has its traffic and expectations', () => {
    expect(SCENARIO.traffic).toMatchObject({
      service: 'shop',
      rate: [
        { atMs: 0, rateRps: 400 },
        { atMs: 60_000, rateRps: 800 },
      ],
      ramp: true,
      closed: null,
      clients: { count: 8, timeoutMs: 2000, connectTimeoutMs: 2000, retries: { max: 1, on: ['connect'] } },
    });
    expect(SCENARIO.expect.map(({ name, location, ...rest }) => [name, location.file, rest])).toEqual([
      ['failedRequests', 'scenario.yaml', { max: 0 }],
      ['failedShare', 'scenario.yaml', { max: 0.0001 }],
      ['latency', 'scenario.yaml', { quantile: 'p99', maxMs: 250 }],
      ['podsMax', 'scenario.yaml', { max: 12 }],
      ['readyMin', 'scenario.yaml', { min: 4 }],
      ['rolloutWithin', 'scenario.yaml', { maxMs: 180_000 }],
    ]);
  });

  test('survives a trip to another thread', () => {
    expect(structuredClone(SCENARIO)).toEqual(SCENARIO);
    expect(loadScenario(structuredClone(FILES)).scenario).toEqual(SCENARIO);
  });

  test('says where every field stands', () => {
    const lines = readFileSync(`${GOOD}/manifests/app.yaml`, 'utf8').split('\n');
    const at = (text: string, mark: string): string => {
      const index = lines.findIndex((line) => line.includes(text));
      return `manifests/app.yaml:${index + 1}:${(lines[index] ?? '').indexOf(mark) + 1}`;
    };
    expect(place('spec.strategy.rollingUpdate.maxSurge')).toBe(at('maxSurge', '2'));
    expect(place('spec.template.spec.containers[0].lifecycle.preStop')).toBe(at('preStop', 'preStop'));
    // A default has no line of its own; the nearest field above it stands for it.
    expect(place('spec.strategy.type')).toBe(at('strategy:', 'strategy'));
    expect(place('spec.progressDeadlineSeconds')).toBe('manifests/app.yaml:11:1');
  });
});

describe('the API server’s defaults', () => {
  test('of a Deployment (R-DEP-1)', () => {
    const bare = edited('manifests/app.yaml', (text) =>
      text.replace('  replicas: 5\n', '').replace(/ {2}strategy:\n(?: {4}.*\n)+/u, ''),
    );
    expect(scenarioOf(bare).before.find((object) => object.kind === 'Deployment')).toMatchObject({
      replicas: 1,
      replicasGiven: false,
      strategy: { type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' },
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      paused: false,
    });
  });

  test('of probes (R-POD-8)', () => {
    expect(DEPLOYMENT.template.containers[0]?.livenessProbe).toEqual({
      handler: 'http',
      target: '/live',
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
      terminationGracePeriodSeconds: null,
    });
  });

  test('of a Job (R-APP-1)', () => {
    expect(JOB).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      activeDeadlineSeconds: null,
    });
    expect(JOB.template.terminationGracePeriodSeconds).toBe(30);
  });

  test.each([
    ['shop:v1', 'IfNotPresent'],
    ['shop:latest', 'Always'],
    ['shop', 'Always'],
    ['registry.example.com:5000/shop', 'Always'],
    ['shop@sha256:0123', 'IfNotPresent'],
  ])('of the pull policy of %s: %s (R-POD-4)', (image, policy) => {
    const { scenario } = loadScenario(FILES, {
      set: [`before/deployment/shop.spec.template.spec.containers[0].image=${image}`],
    });
    const deployment = scenario?.before.find((object) => object.kind === 'Deployment');
    expect(deployment?.template.containers[0]?.imagePullPolicy).toBe(policy);
  });

  test('of requests: the limit stands for a request that is not given', () => {
    const { scenario } = loadScenario(FILES, {
      set: ['deployment/shop.spec.template.spec.containers[0].resources={limits: {cpu: 2, memory: 1Gi}}'],
    });
    const deployment = scenario?.before.find((object) => object.kind === 'Deployment');
    expect(deployment?.template.containers[0]?.requests).toEqual({ cpuMilli: 2000, memoryBytes: 1024 ** 3 });
  });

  test('of a Service with ClientIP affinity: three hours (R-KP-11)', () => {
    const files = edited('manifests/others.yml', (text) =>
      text.replace('      ports:', '      sessionAffinity: ClientIP\n      ports:'),
    );
    const service = scenarioOf(files).before.find((object) => object.kind === 'Service') as Service;
    expect(service).toMatchObject({
      type: 'ClusterIP',
      port: 80,
      targetPort: 'http',
      sessionAffinitySeconds: 10_800,
    });
  });
});

describe('template hashes (R-DEP-23)', () => {
  test.each([
    ['a default written out', '      containers:', '      restartPolicy: Always\n      containers:'],
    ['another spelling of a quantity', 'cpu: 1,', 'cpu: 1000m,'],
    [
      'a probe default written out',
      '            periodSeconds: 2',
      '            periodSeconds: 2\n            successThreshold: 1',
    ],
    ['a change outside the template', 'replicas: 5', 'replicas: 6'],
    ['a comment', '      containers:', '      # the shop\n      containers:'],
  ])('are equal after %s', (_what, from, to) => {
    expect(hashOf(replaced(from, to))).toBe(DEPLOYMENT.template.hash);
  });

  test.each([
    ['the image', 'shop:v1', 'shop:v3'],
    ['a label', 'version: v1', 'version: v3'],
    ['an environment variable', 'key: url', 'key: url, optional: true'],
    ['the grace period', 'terminationGracePeriodSeconds: 60', 'terminationGracePeriodSeconds: 61'],
  ])('differ after a change of %s', (_what, from, to) => {
    expect(hashOf(replaced(from, to))).not.toBe(DEPLOYMENT.template.hash);
  });
});

describe('digests', () => {
  test('do not change with comments and line breaks', () => {
    const spaced = edited('manifests/app.yaml', (text) => `# a comment\n\n${text}`);
    expect(scenarioOf(spaced).digest).toBe(SCENARIO.digest);
  });

  test('change with what is said', () => {
    expect(
      scenarioOf(edited('scenario.yaml', (text) => text.replace('count: 8', 'count: 9'))).digest,
    ).not.toBe(SCENARIO.digest);
  });
});

test('a file that the system will not read is an error where it is named', () => {
  const entries = {
    ...FILES.entries,
    'changes/deployment.yaml': {
      kind: 'problem',
      problem: 'unreadable',
      detail: 'permission denied',
    } as const,
  };
  expect(loadScenario({ ...FILES, entries }).diagnostics).toMatchObject([
    { code: 'E115', location: { file: 'scenario.yaml', line: 15 } },
  ]);
});

describe('everything at once', () => {
  test('faults in scenario.yaml and in manifests are shown together', () => {
    const files = edited('manifests/app.yaml', (text) => text.replace('replicas: 5', 'replicas: -5'));
    const { diagnostics } = loadScenario(files, {
      set: ['traffic.rate=fast', 'deployment/shop.spec.paused=maybe'],
    });
    expect(diagnostics.map(({ code, location }) => `${code} ${location.file}`)).toEqual([
      'E205 --set',
      'E203 --set',
      'E205 manifests/app.yaml',
    ]);
  });
});

describe('bundled scenarios', () => {
  test.each(bundledScenarios())('%s loads', (name) => {
    const { scenario, diagnostics } = loadScenario(readScenarioFiles(name));
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(scenario?.name).toBe(name);
  });

  test('are listed', () => {
    expect(bundledScenarios()).toContain('black-friday');
  });
});
