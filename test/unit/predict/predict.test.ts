import { describe, expect, it } from 'vitest';
import { predict, type PredictionResult, type Progress } from '../../../src/predict/predict.ts';
import { inlineRunner } from '../../../src/predict/inline-runner.ts';
import { pooledRunner } from '../../../src/predict/pool.ts';
import { runSeeds } from '../../../src/predict/run-seed.ts';
import { KILL_FIRST, QUICK, reloadTemplate, templateScenario } from './template-scenario.ts';

const SETTINGS = [...KILL_FIRST, ...QUICK];
const scenario = templateScenario(...SETTINGS);
const reload = reloadTemplate(...SETTINGS);

async function predictWith(workers: number, runs: number): Promise<PredictionResult> {
  return predict(scenario, { runs, seed: 5, workers, reload });
}

describe('predict', () => {
  it('gives the same bytes for 1, 2 and 3 workers', async () => {
    const texts: string[] = [];
    for (const workers of [1, 2, 3]) texts.push(JSON.stringify(await predictWith(workers, 7)));
    expect(new Set(texts).size).toBe(1);
  });

  it('gives in threads what it gives without', async () => {
    const seeds = runSeeds(5, 3);
    const threads = pooledRunner({ engine: 'exact', workers: 2 });
    try {
      const pooled = await threads.run(scenario, seeds, () => undefined);
      expect(pooled).toEqual(await inlineRunner({ engine: 'exact' }).run(scenario, seeds, () => undefined));
      expect(pooled.map(({ seed }) => seed)).toEqual(seeds);
    } finally {
      await threads.close();
    }
  });

  it('finds the cause, and simulates that its fix helps', async () => {
    const { prediction, examples } = await predictWith(2, 4);
    const [cause] = prediction.causes;
    expect(cause).toMatchObject({ rule: 'R-SRV-7', title: expect.any(String) as string });
    expect(cause?.failed.mean).toBeGreaterThan(0);
    expect(cause?.fix?.failed?.mean).toBeLessThan((cause?.failed.mean ?? 0) / 10);
    expect(examples[0]).toMatchObject({ rule: 'R-SRV-7', class: 'refused' });
    expect(prediction.expectations[0]).toMatchObject({ name: 'failedRequests', met: false });
  });

  it('names fixes without simulating them when it cannot load again', async () => {
    const { prediction } = await predict(scenario, { runs: 1 });
    expect(prediction.causes[0]?.fix).toMatchObject({ failed: null });
  });

  it('tells its progress, in both stages, up to the end', async () => {
    const seen: Progress[] = [];
    await predict(scenario, { runs: 2, reload, onProgress: (progress) => seen.push(progress) });
    expect(seen.filter(({ stage }) => stage === 'runs').map(({ done }) => done)).toEqual([0, 1, 2]);
    expect(seen.at(-1)).toMatchObject({ stage: 'fixes' });
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  });

  it.each([2, 40])('stops when it is told to, with %d runs', async (runs) => {
    const stop = new AbortController();
    const work = predict(scenario, {
      runs,
      workers: 2,
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error('enough'));
      },
    });
    await expect(work).rejects.toThrow();
  });

  it('takes wallMs from the clock that it is given', async () => {
    let nowMs = 1000;
    const clock = (): number => (nowMs += 250);
    const { prediction } = await predict(scenario, { runs: 1, clock, version: '9.9.9' });
    expect(prediction.engine).toMatchObject({ wallMs: 250, version: '9.9.9', runs: 1, seed: 1 });
  });

  it('refuses numbers that make no sense', async () => {
    await expect(predict(scenario, { runs: 0 })).rejects.toThrow(RangeError);
    await expect(predict(scenario, { seed: 0.5 })).rejects.toThrow(RangeError);
  });
});
