import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import work, { type StopFlag } from '../../../src/predict/worker.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { readScenarioFiles } from '../../../src/scenario-files.ts';

const { scenario } = loadScenario(readScenarioFiles('recreate'));

function offeredOf(stop?: StopFlag): number | undefined {
  if (scenario === null) throw new Error('recreate does not load');
  const task = { scenario, seeds: [1], engine: 'auto', ...(stop !== undefined && { stop }) } as const;
  const [run] = work(task) as readonly RunSummary[];
  return run?.totals.offered;
}

describe('a worker’s run', () => {
  it('is broken off in its first second once nobody waits for it', () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    expect(offeredOf(flag)).toBe(offeredOf());
    Atomics.store(flag, 0, 1);
    expect(offeredOf(flag)).toBeLessThan((offeredOf() ?? 0) / 10);
  });
});
