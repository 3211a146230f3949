import { afterAll, describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../src/predict/inline-runner.ts';
import { openLiveRunner } from '../../../src/predict/live-runner.ts';
import type { RunSummary } from '../../../src/predict/run-summary.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { readScenarioFiles } from '../../../src/scenario-files.ts';

const { scenario } = loadScenario(readScenarioFiles('recreate'));
const live = openLiveRunner(2, 'exact');

afterAll(async () => live.close());

describe('the live runner', () => {
  it('gives the same runs as any other runner, each with its place', async () => {
    if (scenario === null) throw new Error('recreate does not load');
    const seeds = [1, 2, 3];
    const runs: RunSummary[] = [];
    const { signal } = new AbortController();
    await live.runs({ scenario, seeds, urgency: 0, signal }, (run, index) => {
      runs[index] = run;
    });
    expect(runs).toEqual(await inlineRunner({ engine: 'exact' }).run(scenario, seeds, () => undefined));
    const view = await live.view({ scenario, seed: 1, urgency: 0, signal });
    expect(view.failed.reduce((sum, count) => sum + count, 0)).toBe(runs[0]?.totals.failed);
  });

  it('hands over nothing more once it is aborted', async () => {
    if (scenario === null) throw new Error('recreate does not load');
    const controller = new AbortController();
    let told = 0;
    const work = live.runs(
      { scenario, seeds: [1, 2, 3, 4, 5, 6, 7, 8], urgency: 0, signal: controller.signal },
      () => {
        told++;
        controller.abort(new Error('stale'));
      },
    );
    await expect(work).rejects.toThrow('stale');
    expect(told).toBe(1);
  });
});
