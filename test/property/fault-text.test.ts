/** `faultYaml` and the reader of `faults` are inverse: what is printed reads back as the same fault. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultYaml } from '../../src/scenario/fault-text.ts';
import type { Fault } from '../../src/scenario/fault.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { smallScenarioFiles } from '../unit/model/small-scenario.ts';
import { faults } from './fault-arbitrary.ts';

describe('faults as text', () => {
  it('read back as they were', () => {
    const files = smallScenarioFiles({ nodes: 3, workload: { dependencies: ['redis', 'my "db": {x}'] } });
    fc.assert(
      fc.property(fc.array(faults(), { minLength: 1, maxLength: 3 }), (given) => {
        const set = [`spec.faults=[${given.map(faultYaml).join(', ')}]`];
        const { scenario, diagnostics } = loadScenario(files, { set });
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        const read = scenario?.faults.map(({ start, action }: Fault) => ({ start, action }));
        expect(read).toEqual(given);
      }),
      { seed: 2024, numRuns: 200 },
    );
  });
});
