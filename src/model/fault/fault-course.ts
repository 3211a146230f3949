/** What one fault does to the world, and how it undoes it: one file per kind. */
import type { DurationMs } from '../../kernel/time.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import type { Hits } from '../../scenario/fault-hits.ts';
import type { ApiClient } from '../cluster/api-server.ts';
import type { ClusterContext } from '../cluster/cluster-context.ts';
import type { NodeHost } from '../node-host.ts';
import type { Dependencies } from '../workload/dependencies.ts';

export interface FaultWorld extends ClusterContext {
  /** The chaos controller's connection to the API server. */
  readonly client: ApiClient;
  readonly dependencies: Dependencies;
  /** Labels of the pods behind the called Service. */
  readonly servedLabels: Readonly<Record<string, string>>;
  readonly nodes: ReadonlyMap<string, NodeHost>;
  /** Nodes that a fault has taken down. */
  readonly downNodes: Map<string, 'for-a-while' | 'for-good'>;
  /** Whether pods of nodes that are gone will be deleted in the end (R-NOD-5, R-NOD-7). */
  readonly evictsPods: () => boolean;
}

export interface FaultCourse {
  /** What is hit, for the timeline and for finding out what a failed request has to do with it. */
  readonly hits: Hits;
  /** How long until it is undone; null: never, or it undoes itself. */
  readonly lastsMs: DurationMs | null;
  apply(): void;
  recover(): void;
  /** Whether something that it set going by itself is still under way. */
  readonly underWay: boolean;
}

/** @param random for the choice of its targets */
export type BeginFault<Kind extends FaultAction['kind']> = (
  world: FaultWorld,
  action: Extract<FaultAction, { readonly kind: Kind }>,
  random: RandomStream,
) => FaultCourse;
