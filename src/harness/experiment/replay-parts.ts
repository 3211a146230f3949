/** What a replay is given: the cluster, who plays its nodes, what is applied to it, who calls. */
import type { ManifestChange } from '../../record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { NodeControl } from '../chaos/chaos-world.ts';
import type { RunningCluster } from '../cluster.ts';
import type { ContainerCpu } from '../docker/container-cpu.ts';
import type { Machine } from '../docker/machine.ts';
import type { AppliedObject } from '../kubernetes/client.ts';
import type { LoadSource } from '../load.ts';
import type { ProxyRules } from '../recorder/proxy-rules.ts';

export interface PreparedManifests {
  readonly before: readonly AppliedObject[];
  /** For each change of the scenario, what it applies; empty for the others. */
  readonly changes: readonly (readonly AppliedObject[])[];
  readonly differences: readonly ManifestChange[];
}

/** Brings the workload's image to the nodes and makes the scenario's manifests fit this cluster. */
export type PrepareManifests = (
  scenario: Scenario,
  namespace: string,
  signal: AbortSignal,
) => Promise<PreparedManifests>;

export interface ReplayParts {
  readonly cluster: RunningCluster;
  /** That all nodes share. */
  readonly machine: Machine;
  readonly nodes: NodeControl;
  readonly prepareManifests: PrepareManifests;
  readonly load: LoadSource;
  /** Takes from these nodes what an earlier replay's connections left in their kernels; null where nothing can. */
  readonly forgetConnections: ((nodes: readonly string[]) => Promise<void>) | null;
  /** Looks into these nodes for their proxies' rules; null where nobody can. */
  readonly watchProxies: ((nodes: readonly string[]) => ProxyRules) | null;
  /** What the nodes have used of the machine's CPU; null where nobody tells. */
  readonly nodeCpu: ContainerCpu | null;
}
