/** What manifests have to fit: the cluster that the harness made, and the machine below it. */

export interface TargetCluster {
  /** Everything of a replay is in it; the harness makes it and takes it away. */
  readonly namespace: string;
  /** The workload's image, which every node holds. */
  readonly image: string;
  /** Under which the nodes reach the called Service. */
  readonly nodePort: number;
  /** By which requests and quotas are multiplied, so that as many pods fit a node here as in the scenario. */
  readonly scale: ResourceScale;
  /** The cluster's name for a node of the scenario. */
  readonly liveNode: (scenarioName: string) => string;
}

export interface ResourceScale {
  readonly cpu: number;
  readonly memory: number;
}

/** Of a node's CPU and memory, what its own system pods leave to others. */
const FREE_SHARE = 0.85;

/**
 * Each kind node takes the whole machine for its own, so that a node of the scenario is compared with the machine.
 * @param nodes of the scenario
 * @returns at most 1: a larger machine needs no larger pods
 */
export function resourceScale(
  nodes: readonly { readonly cpuMilli: number; readonly memoryBytes: number }[],
  machine: { readonly cpus: number; readonly memoryBytes: number },
): ResourceScale {
  return {
    cpu: ratioOf(
      machine.cpus * 1000,
      nodes.map(({ cpuMilli }) => cpuMilli),
    ),
    memory: ratioOf(
      machine.memoryBytes,
      nodes.map(({ memoryBytes }) => memoryBytes),
    ),
  };
}

function ratioOf(available: number, wanted: readonly number[]): number {
  return Math.min(1, (available * FREE_SHARE) / Math.max(1, ...wanted));
}
