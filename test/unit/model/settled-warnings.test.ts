import { expect, test } from 'vitest';
import { settledWarnings } from '../../../src/model/settled-warnings.ts';
import { predict } from '../../../src/predict/predict.ts';
import { QUICK, templateScenario } from '../predict/template-scenario.ts';

const SMALL = ['deployment/web.spec.replicas=900', 'spec.limits.duration=5s', 'spec.expect={}'];

test('a settled state for which there is room is no cause for a warning', () => {
  expect(settledWarnings(templateScenario(...QUICK), 1)).toEqual([]);
});

test('W208 stands at the replica count of the Deployment that does not fit, and in the prediction', async () => {
  const scenario = templateScenario(...QUICK, ...SMALL);
  const [warning, ...others] = settledWarnings(scenario, 1);
  expect(others).toEqual([]);
  expect(warning).toMatchObject({ code: 'W208', severity: 'warning', path: 'spec.replicas', value: '900' });
  expect(warning?.message).toMatch(/^Only \d+ of 900 pods of web fit the nodes/u);
  const { prediction } = await predict(scenario, { runs: 1 });
  expect(prediction.warnings.map(({ code }) => code)).toContain('W208');
});
