/** What `sim break` finds and prints, pinned as text: so many schedules of one seed on the exact engine, no clock. */
import { expect, test } from 'vitest';
import { breakScenario, type BreakOptions } from '../../src/predict/break/break-scenario.ts';
import { withRegression } from '../../src/predict/break/regressions.ts';
import type { Breaking } from '../../src/predict/break/breaking.ts';
import { sourcesOf } from '../../src/report/source-lines.ts';
import { breakText } from '../../src/report/text-break.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { templateScenario, templateScenarioFiles } from '../unit/predict/template-scenario.ts';

const SET = ['spec.traffic.rate=50', 'spec.expect={pods: {readyMin: 4}}'];

async function breaking(scenario: Scenario, options: BreakOptions): Promise<Breaking> {
  return breakScenario(scenario, { engine: 'exact', seed: 3, runs: 3, ...options });
}

function textOf(scenario: Scenario, result: Breaking, set: readonly string[]): string {
  return breakText({
    scenario,
    breaking: result,
    sources: sourcesOf(templateScenarioFiles(), [...set, ...(result.counterexample?.set ?? [])]),
    command: 'sim break web --runs 3 --seed 3',
    replayCommand: 'sim run web',
    regressionLines: result.counterexample === null ? [] : ['Kept in web/regressions.yaml.'],
  });
}

test('a counterexample, shrunk', { timeout: 60_000 }, async () => {
  const scenario = templateScenario(...SET);
  const result = await breaking(scenario, { kinds: ['pod-kill', 'drain'], settings: SET.length });
  await expect(textOf(scenario, result, SET)).toMatchFileSnapshot('break/found.txt');
  await expect(withRegression('', result)).toMatchFileSnapshot('break/regressions.txt');
});

test('nothing found within so many schedules', { timeout: 60_000 }, async () => {
  const set = ['spec.traffic.rate=50', 'spec.expect={pods: {max: 30}}'];
  const scenario = templateScenario(...set);
  const result = await breaking(scenario, { schedulesMax: 12 });
  await expect(textOf(scenario, result, set)).toMatchFileSnapshot('break/nothing-found.txt');
});

test('an expectation that is missed without any fault', { timeout: 60_000 }, async () => {
  const set = ['spec.traffic.rate=50', 'spec.expect={pods: {max: 4}}'];
  const scenario = templateScenario(...set);
  const result = await breaking(scenario, { schedulesMax: 4, kinds: ['pod-kill'] });
  await expect(textOf(scenario, result, set)).toMatchFileSnapshot('break/missed-already.txt');
});
