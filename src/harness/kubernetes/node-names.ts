/**
 * The scenario's nodes and the cluster's: the n-th of the scenario is played by the n-th worker. The record speaks of the
 * scenario's.
 */
import type { ClusterNode } from '../cluster.ts';
import { EnvironmentError } from '../environment-error.ts';

export class NodeNames {
  /** Workers that play a node of the scenario, in the scenario's order. */
  readonly used: readonly ClusterNode[];
  /** Workers that the scenario has no node for. */
  readonly unused: readonly ClusterNode[];
  readonly #toLive: ReadonlyMap<string, string>;
  readonly #toScenario: ReadonlyMap<string, string>;

  /** @throws EnvironmentError when the cluster has too few workers for it */
  constructor(scenarioNodes: readonly string[], clusterNodes: readonly ClusterNode[]) {
    const workers = clusterNodes.filter(({ role }) => role === 'worker');
    if (workers.length < scenarioNodes.length) {
      throw new EnvironmentError(
        `The scenario has ${scenarioNodes.length} nodes and the cluster ${workers.length} workers: replay it with --set spec.cluster.nodes.count=${workers.length}.`,
      );
    }
    this.used = workers.slice(0, scenarioNodes.length);
    this.unused = workers.slice(scenarioNodes.length);
    const pairs = scenarioNodes.map((name, index) => [name, this.used[index]?.name ?? name] as const);
    this.#toLive = new Map(pairs);
    this.#toScenario = new Map(pairs.map(([scenario, live]) => [live, scenario]));
  }

  /** The cluster's name for a node of the scenario. */
  live(scenarioName: string): string {
    return this.#toLive.get(scenarioName) ?? scenarioName;
  }

  /** The scenario's name for a node of the cluster; one that plays none keeps its own. */
  scenario(liveName: string): string {
    return this.#toScenario.get(liveName) ?? liveName;
  }
}
