import { describe, expect, test } from 'vitest';
import { compileDistribution } from '../../../src/kernel/distribution.ts';
import { inlineRunner } from '../../../src/predict/inline-runner.ts';
import { runSeeds } from '../../../src/predict/run-seed.ts';
import type { Runner } from '../../../src/predict/runner.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { predictedClusters } from '../../../src/verify/predicted-clusters.ts';
import { runOf } from '../predict/run-of.ts';
import { templateScenario } from '../predict/template-scenario.ts';

const SCENARIO = templateScenario();

interface Call {
  readonly scenario: Scenario;
  readonly seeds: readonly number[];
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** Notes what it is asked for. */
function noting(calls: Call[]): Runner {
  return {
    run: async (scenario, seeds) => {
      calls.push({ scenario, seeds });
      return Promise.resolve(seeds.map((seed) => runOf({ seed })));
    },
    close: async () => {},
  };
}

describe('predicted clusters', () => {
  test('begin with the runs of a plain prediction, and no seed comes twice', async () => {
    const calls: Call[] = [];
    const found = await predictedClusters(
      noting(calls),
      SCENARIO,
      { seed: 3, clusters: 20, runsEach: 3 },
      () => {},
    );
    expect(found.map(([first]) => first?.seed)).toEqual(runSeeds(3, 20));
    expect(found.map((runs) => runs.length)).toEqual(Array.from({ length: 20 }, () => 3));
    expect(new Set(found.flat().map(({ seed }) => seed)).size).toBe(60);
    expect(calls[0]?.scenario).toBe(SCENARIO);
    const others = calls.slice(1).map(({ scenario }) => scenario.profile);
    expect(others.every(({ uncertainty }) => uncertainty === 0)).toBe(true);
    const medians = others.map(({ latencies }) => compileDistribution(latencies.containerStart).mean);
    expect(new Set(medians).size).toBe(20);
  });

  test('with one run each need nothing else', async () => {
    const calls: Call[] = [];
    await predictedClusters(noting(calls), SCENARIO, { seed: 3, clusters: 20, runsEach: 1 }, () => {});
    expect(calls.map(({ seeds }) => seeds)).toEqual([runSeeds(3, 20)]);
  });

  test('repeat the latencies of their first run where nothing else is left to chance', async () => {
    const { profile } = SCENARIO;
    const constant = Object.fromEntries(
      Object.entries(profile.latencies).map(([name, spec]) => [
        name,
        { kind: 'constant', value: compileDistribution(spec).mean },
      ]),
    ) as typeof profile.latencies;
    const quiet: Scenario = { ...SCENARIO, profile: { ...profile, uncertainty: 0.5, latencies: constant } };
    const runner = inlineRunner({ engine: 'auto' });
    const found = await predictedClusters(runner, quiet, { seed: 5, clusters: 3, runsEach: 2 }, () => {});
    const complete = found.map((runs) => runs.map(({ rollout }) => rollout.completeMs ?? Number.NaN));
    const between = spread(complete.map(([first]) => first as number));
    for (const both of complete) expect(spread(both)).toBeLessThan(between / 3);
  });
});
