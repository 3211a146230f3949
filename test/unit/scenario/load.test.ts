import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundledScenarios, readScenarioFiles } from '../../../src/scenario-files.ts';
import type { ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Deployment, Job, Scenario, Service } from '../../../src/scenario/scenario.ts';
import { locateField } from '../../../src/scenario/source-map.ts';

const GOOD = fileURLToPath(new URL('../../fixtures/good', import.meta.url));
const FILES = readScenarioFiles(GOOD);

function scenarioOf(files: ScenarioFiles = FILES): Scenario {
  const { scenario, diagnostics } = loadScenario(files);
  expect(diagnostics).toEqual([]);
  if (scenario === null) throw new Error('the scenario does not load');
  return scenario;
}

const SCENARIO = scenarioOf();
const DEPLOYMENT = SCENARIO.before.find((object) => object.kind === 'Deployment') as Deployment;
const JOB = SCENARIO.changes.flatMap(({ action }) =>
  action.kind === 'apply' ? action.objects : [],
)[0] as Job;

/** The good scenario with one of its files rewritten. */
function edited(file: string, edit: (text: string) => string): ScenarioFiles {
  const entry = FILES.entries[file];
  if (entry?.kind !== 'text') throw new Error(`no file ${file}`);
  const text = edit(entry.text);
  if (text === entry.text) throw new Error('the edit changes nothing');
  return { ...FILES, entries: { ...FILES.entries, [file]: { kind: 'text', text } } };
}

function withManifest(text: string): ScenarioFiles {
  return edited('manifests/others.yml', (old) => `${old}---\n${text}`);
}

function hashOf(files: ScenarioFiles): string | undefined {
  return loadScenario(files).scenario?.before.find((object) => object.kind === 'Deployment')?.template.hash;
}

function replaced(from: string, to: string): ScenarioFiles {
  return edited('manifests/app.yaml', (text) => text.replace(from, to));
}

function place(path: string): string {
  const { file, line, column } = locateField(DEPLOYMENT, path);
  return `${file}:${line}:${column}`;
}

const codesOf = (files: ScenarioFiles): readonly string[] =>
  loadScenario(files).diagnostics.map(({ code }) => code);

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

describe('workloads', () => {
  test('are matched by the last part of the image, and versions laid over', () => {
    const [v1] = DEPLOYMENT.template.containers;
    const applied = SCENARIO.changes[1]?.action;
    const [after] = applied?.kind === 'apply' ? applied.objects : [];
    const [v2] = after?.kind === 'Deployment' ? after.template.containers : [];
    expect(v1?.workload).toMatchObject({
      name: 'shop',
      boot: { kind: 'uniform', min: 2000, max: 4000 },
      onSigterm: { style: 'lame-duck', lameDuckMs: 5000, drainMaxMs: 20_000, closeHeader: true },
      errorRate: 0,
      runs: null,
    });
    expect(v2?.workload).toMatchObject({
      serviceTime: { kind: 'lognormal', p50: 20, p99: 90 },
      boot: { kind: 'gamma', mean: 5000, cv: 0.3 },
      errorRate: 0.0001,
      onSigterm: { style: 'stop-accept', lameDuckMs: 0, drainMaxMs: 20_000 },
    });
  });

  test('are matched by the container’s name first', () => {
    expect(JOB.template.containers[0]?.workload).toMatchObject({
      name: 'migrate',
      boot: null,
      runs: { kind: 'empirical', values: [3000, 4000, 5000] },
    });
  });

  test.each([
    ['registry.example.com:5000/team/shop', 'registry.example.com:5000/team/shop'],
    ['the app label', 'shop'],
  ])('are matched by %s', (_what, key) => {
    const { scenario } = loadScenario(FILES, { set: [`workload["${key}"]={concurrency: 7}`] });
    const deployment = scenario?.before.find((object) => object.kind === 'Deployment');
    expect(deployment?.template.containers[0]?.workload.concurrency).toBe(7);
  });

  test('that match nothing, and containers without one, are warnings', () => {
    const set = ['spec.workload={shopp: {concurrency: 5}}'];
    const { diagnostics, scenario } = loadScenario(FILES, { set });
    expect(diagnostics.map(({ code }) => code).toSorted()).toEqual(['W101', 'W101', 'W101', 'W102']);
    expect(scenario?.warnings).toEqual(diagnostics);
  });

  test('of a Job without a run time are a warning', () => {
    expect(
      codesOf(edited('scenario.yaml', (text) => text.replace(/ {4}migrate:\n(?: {6}.*\n)+/u, ''))),
    ).toEqual(['W104']);
  });

  test('with a version that no image has are a warning', () => {
    expect(codesOf(edited('scenario.yaml', (text) => text.replace('v2: { boot', 'v7: { boot')))).toEqual([
      'W103',
    ]);
  });
});

describe('what the model leaves out', () => {
  const AUTOSCALER =
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: shop, namespace: production }\nspec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }\n  minReplicas: 2\n  maxReplicas: 9\n';

  test.each([
    ['an autoscaler', AUTOSCALER, 'W203'],
    ['a StatefulSet', 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\n', 'W202'],
    ['a custom resource', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: w }\n', 'W202'],
    [
      'a Service that selects nothing',
      'apiVersion: v1\nkind: Service\nmetadata: { name: other }\nspec: { selector: { app: other }, ports: [{ port: 80 }] }\n',
      'W303',
    ],
  ])('%s is a warning', (_what, manifest, code) => {
    const { scenario, diagnostics } = loadScenario(withManifest(manifest));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(scenario).not.toBeNull();
  });

  test.each([
    ['affinity', 'affinity: { podAntiAffinity: { x: 1 } }'],
    ['topologySpreadConstraints', 'topologySpreadConstraints: [{ maxSkew: 1 }]'],
    ['tolerations', 'tolerations: [{ operator: Exists }]'],
    ['hostNetwork', 'hostNetwork: true'],
    ['priorityClassName', 'priorityClassName: high'],
  ])('%s in a pod is a warning at its line', (field, text) => {
    const files = edited('manifests/app.yaml', (old) =>
      old.replace('      containers:', `      ${text}\n      containers:`),
    );
    const { diagnostics } = loadScenario(files);
    expect(diagnostics).toMatchObject([
      { code: 'W201', path: `spec.template.spec.${field}`, location: { line: 24, column: 7 } },
    ]);
  });

  test('a field at its default is none', () => {
    const files = edited('manifests/app.yaml', (old) =>
      old.replace('      containers:', '      hostNetwork: false\n      affinity: {}\n      containers:'),
    );
    expect(codesOf(files)).toEqual([]);
  });

  test('a Secret that is not given is a warning, and taken to exist', () => {
    expect(
      codesOf(edited('manifests/others.yml', (text) => text.replace('name: db,', 'name: dbx,'))),
    ).toEqual(['W301', 'W301']);
  });

  test('a command of a hook that is not understood is a warning', () => {
    const files = edited('manifests/app.yaml', (text) =>
      text.replace('sleep: { seconds: 10 }', 'exec: { command: [/drain.sh] }'),
    );
    expect(codesOf(files)).toEqual(['W204']);
  });
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
