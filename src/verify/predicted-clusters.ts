/** Predicted runs as replays are made: several on each cluster, whose latencies have the same scales in all of them. */
import { clusterOfRun } from '../model/latencies.ts';
import type { RunSummary } from '../predict/run-summary.ts';
import type { Runner } from '../predict/runner.ts';
import { runSeeds } from '../predict/run-seed.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface ClustersAsked {
  readonly seed: number;
  /** How many are drawn. */
  readonly clusters: number;
  /** Runs on each, at least one. */
  readonly runsEach: number;
}

/**
 * @param onRun called as each run ends
 * @returns the runs of each cluster; their first ones are the runs of a prediction of `clusters` runs from this seed
 */
export async function predictedClusters(
  runner: Runner,
  scenario: Scenario,
  { seed, clusters, runsEach }: ClustersAsked,
  onRun: () => void,
): Promise<readonly (readonly RunSummary[])[]> {
  const seeds = runSeeds(seed, clusters * runsEach);
  const first = runner.run(scenario, seeds.slice(0, clusters), onRun);
  const more = runsEach - 1;
  const others = seeds.slice(0, more === 0 ? 0 : clusters).map(async (clusterSeed, index) => {
    const from = clusters + index * more;
    const onIt = { ...scenario, profile: clusterOfRun(scenario.profile, clusterSeed) };
    return runner.run(onIt, seeds.slice(from, from + more), onRun);
  });
  const [firsts, ...rest] = await Promise.all([first, ...others]);
  return firsts.map((run, index) => [run].concat(rest[index] ?? []));
}
