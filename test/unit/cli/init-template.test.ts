import { describe, expect, it } from 'vitest';
import { lintScenario } from '../../../src/scenario/lint/lint.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { templateScenario, templateScenarioFiles } from '../predict/template-scenario.ts';

describe('the scenario that init writes', () => {
  it('loads without a single warning', () => {
    expect(loadScenario(templateScenarioFiles()).diagnostics).toEqual([]);
    expect(lintScenario(templateScenario())).toEqual([]);
  });
});
