import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { FILES, codesOf, deploymentBefore, edited, firstJob, scenarioOf } from './good-scenario.ts';

const SCENARIO = scenarioOf();
const DEPLOYMENT = deploymentBefore(SCENARIO);
const JOB = firstJob(SCENARIO);

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
