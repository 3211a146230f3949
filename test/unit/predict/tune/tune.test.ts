/** `tune` and `sweep` over a real scenario: the template, whose hook kills before it sleeps. */
import { describe, expect, it } from 'vitest';
import { readVary } from '../../../../src/predict/tune/vary.ts';
import { tune } from '../../../../src/predict/tune/tune.ts';
import type { Field } from '../../../../src/predict/tune/field.ts';
import { tuneText } from '../../../../src/report/text-tune.ts';
import { sourcesOf } from '../../../../src/report/source-lines.ts';
import { loadScenario, type LoadResult } from '../../../../src/scenario/load.ts';
import { KILL_FIRST, QUICK, templateScenario, templateScenarioFiles } from '../template-scenario.ts';

const SET = [...QUICK, ...KILL_FIRST];
const scenario = templateScenario(...SET);
const load = (further: readonly string[]): LoadResult =>
  loadScenario(templateScenarioFiles(), { set: [...SET, ...further] });

function fields(...vary: readonly string[]): readonly Field[] {
  const read = readVary(vary, scenario);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join(' '));
  return read.fields;
}

describe('tune', () => {
  it('makes no more runs than it may, and counts what has run', async () => {
    const { engine, grid, exhausted } = await tune(scenario, { load, runsMax: 3, seed: 1 });
    expect(engine.runs).toBe(3);
    expect(exhausted).toBe(true);
    expect(grid.configurations).toBeGreaterThan(3);
    expect(grid.looked).toBe(0);
  });

  it('finds a sleep that meets the expectations, and says it as a patch', async () => {
    const tuning = await tune(scenario, {
      load,
      fields: fields('preStop.sleep=0s..20s/5s'),
      runsMax: 200,
      seed: 1,
    });
    expect(tuning.present.verdict).toBe('misses');
    expect(tuning.choice?.changedFields).toEqual(['preStop.sleep']);
    expect(tuning.choice?.verdict).toBe('meets');
    const text = tuneText({
      scenario,
      tuning,
      sources: sourcesOf(templateScenarioFiles(), []),
      name: 'web',
      given: [],
    });
    expect(text).toContain('kubectl patch deployment');
    expect(text).toContain('sim run web');
  });
});
