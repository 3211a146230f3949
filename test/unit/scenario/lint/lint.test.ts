import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sourcesOf } from '../../../../src/report/source-lines.ts';
import { readManifestFiles, readScenarioFiles } from '../../../../src/scenario-files.ts';
import { lintManifests, lintScenario } from '../../../../src/scenario/lint/lint.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';

const GOOD = fileURLToPath(new URL('../../../fixtures/good', import.meta.url));
const FILES = readScenarioFiles(GOOD);
const CONTAINER = 'deployment/shop.spec.template.spec.containers[0]';

const AUTOSCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'shop', namespace: 'production' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'shop' }, minReplicas: 6, maxReplicas: 9 },
};

/** Codes found in the changed Deployment and in what surrounds it, without the copy that runs before. */
function lint(set: readonly string[], extra?: unknown): readonly string[] {
  const entries =
    extra === undefined
      ? FILES.entries
      : {
          ...FILES.entries,
          'manifests/': FILES.entries['manifests'],
          'manifests/zz.yaml': { kind: 'text', text: JSON.stringify(extra) } as const,
          manifests: { kind: 'folder', files: ['app.yaml', 'others.yml', 'zz.yaml'], folders: [] } as const,
        };
  const { scenario, diagnostics } = loadScenario(
    { ...FILES, entries: entries as typeof FILES.entries },
    { set },
  );
  if (scenario === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  const found = lintScenario(scenario);
  expect(
    found.every(({ severity, message }) => severity === 'warning' && !/undefined|NaN/u.test(message)),
  ).toBe(true);
  return [...new Set(found.map(({ code }) => code))];
}

test('the good scenario has nothing to complain of', () => {
  expect(lint([])).toEqual([]);
});

describe('each rule finds its mistake, and only that', () => {
  test.each([
    ['W401', [`${CONTAINER}.lifecycle.preStop={sleep: {seconds: 60}}`]],
    ['W402', [`${CONTAINER}.lifecycle.preStop={exec: {command: [sh, -c, "kill -TERM 1; sleep 45"]}}`]],
    ['W403', [`${CONTAINER}.readinessProbe=null`]],
    ['W404', [`${CONTAINER}.startupProbe=null`, `${CONTAINER}.livenessProbe.periodSeconds=1`]],
    [
      'W406',
      [
        'deployment/shop.spec.strategy.rollingUpdate.maxUnavailable=null',
        'poddisruptionbudget/shop.spec.minAvailable=50%',
      ],
    ],
    ['W407', ['poddisruptionbudget/shop.spec.minAvailable=5']],
    ['W407', ['poddisruptionbudget/shop.spec={maxUnavailable: 0, selector: {matchLabels: {app: shop}}}']],
    ['W408', ['service/shop.spec.sessionAffinity=ClientIP']],
    ['W409', [`${CONTAINER}.imagePullPolicy=Always`]],
    ['W410', ['workload.shop.dependencies=[redis]']],
    ['W411', [`${CONTAINER}.lifecycle=null`, 'workload.shop.onSigterm=stop-accept']],
    ['W412', ['deployment/shop.spec.template.spec.terminationGracePeriodSeconds=32']],
    ['W413', ['deployment/shop.spec.replicas=1', 'poddisruptionbudget/shop.spec.minAvailable=0']],
    ['W415', [`${CONTAINER}.readinessProbe.timeoutSeconds=6`]],
    ['W416', ['deployment/shop.spec.strategy.rollingUpdate={maxSurge: 0, maxUnavailable: 2}']],
    ['W418', [`${CONTAINER}.image=registry.example.com:5000/team/shop:latest`]],
  ])('%s', (code, set) => {
    expect(lint(set)).toEqual([code]);
  });

  test('W414, with a budget that Recreate does not keep either', () => {
    expect(lint(['deployment/shop.spec.strategy={type: Recreate}'])).toEqual(['W414', 'W416']);
  });

  test('W405 and W417 (R-HPA-6)', () => {
    expect(lint([], AUTOSCALER)).toEqual(['W405', 'W417']);
  });

  test('a manifest without replicas beside an autoscaler is fine', () => {
    expect(lint(['deployment/shop.spec.replicas=null'], AUTOSCALER)).toEqual([]);
  });
});

describe('what is right stays quiet', () => {
  test.each([
    [
      'a sleep before the signal',
      [`${CONTAINER}.lifecycle.preStop={exec: {command: [sh, -c, "sleep 5; kill -TERM 1"]}}`],
    ],
    ['a lame duck without a hook', [`${CONTAINER}.lifecycle=null`, 'workload.shop.versions=null']],
    ['an image with a digest', [`${CONTAINER}.image=registry.example.com:5000/team/shop@sha256:00`]],
  ])('%s', (_what, set) => {
    expect(lint(set)).toEqual([]);
  });
});

test('a warning stands at the line that causes it', () => {
  const { scenario } = loadScenario(FILES, { set: ['service/shop.spec.sessionAffinity=ClientIP'] });
  expect(scenario === null ? [] : lintScenario(scenario)).toMatchObject([
    { code: 'W408', path: 'spec.sessionAffinity', location: { file: '--set', line: 1 } },
  ]);
});

function codes(...paths: string[]): readonly string[] {
  return lintManifests(readManifestFiles(paths), paths).map(({ code }) => code);
}

describe('bare manifests', () => {
  test('are linted without a word about workloads', () => {
    expect(codes(`${GOOD}/manifests`)).toEqual([]);
  });

  test('a single file knows nothing of what is elsewhere', () => {
    const path = `${GOOD}/manifests/app.yaml`;
    expect(codes(path)).toEqual(['W301']);
    const files = readManifestFiles([path]);
    for (const { path: field, value, location } of lintManifests(files, [path])) {
      expect(field).toMatch(/ame$/u);
      expect(sourcesOf(files).line(location.file, location.line)).toContain(value);
    }
  });

  test('that are broken or absent give errors', () => {
    const broken = fileURLToPath(
      new URL('../../../fixtures/broken/replicas-in-quotes/manifests', import.meta.url),
    );
    expect(codes(broken)).toEqual(['E203']);
    expect(codes(`${GOOD}/nowhere.yaml`)).toEqual(['E110']);
  });
});
