/**
 * What breaks in a scenario, and when: plain data that the simulator and the cluster harness carry out alike.
 * Chaos Mesh objects are read into the same actions (R-CHX-1 to R-CHX-7).
 */
import type { DurationMs, TimeMs } from '../kernel/time.ts';
import type { PodChaos } from './chaos/chaos-mesh.generated.ts';
import type { SourceLocation } from './diagnostic.ts';

export interface Fault {
  readonly start: FaultStart;
  readonly action: FaultAction;
  readonly location: SourceLocation;
  /** The Chaos Mesh object that says so, as it is written; the scenario's own notation has none. */
  readonly object?: PodChaos;
}

/** `at` counts from time 0. `when` waits until the share `rollout` of a Deployment's pods is updated and available. */
export type FaultStart =
  | { readonly kind: 'at'; readonly timeMs: TimeMs }
  | {
      readonly kind: 'when';
      /** null: the Deployment behind the called Service. */
      readonly deployment: string | null;
      /** In [0, 1]; 0 is the rollout's first instant. */
      readonly rollout: number;
      readonly delayMs: DurationMs;
    };

export type FaultAction =
  /** `kubectl drain` through the Eviction API (R-DRN-1, R-PDB-1…4); the node stays cordoned for `uncordonAfterMs`, null: for good. */
  | {
      readonly kind: 'drain';
      readonly node: string;
      /** null: each pod's own. */
      readonly gracePeriodSeconds: number | null;
      /** `--timeout`; null: it tries for ever. */
      readonly timeoutMs: DurationMs | null;
      readonly uncordonAfterMs: DurationMs | null;
    }
  /**
   * A node that loses power or its network (R-NOD-1…10). `crash`: every process is lost and the node boots again after
   * `durationMs`; `pause`: everything on it stands still and goes on afterwards; `partition`: it runs on, unreachable.
   * durationMs null: it never comes back.
   */
  | {
      readonly kind: 'node-down';
      readonly node: string;
      readonly effect: 'crash' | 'pause' | 'partition';
      readonly durationMs: DurationMs | null;
    }
  /** PodChaos `pod-kill`: a deletion; grace 0 is a forced one (R-CHX-5, R-POD-23). */
  | { readonly kind: 'pod-kill'; readonly target: PodTarget; readonly gracePeriodSeconds: number }
  /** PodChaos `pod-failure` (R-CHX-6). */
  | { readonly kind: 'pod-failure'; readonly target: PodTarget; readonly durationMs: DurationMs }
  /** PodChaos `container-kill` (R-CHX-7). */
  | { readonly kind: 'container-kill'; readonly target: PodTarget; readonly containers: readonly string[] }
  /** Something that the workload depends on fails, for all pods alike (R-APP-6 to R-APP-8). */
  | { readonly kind: 'dependency-outage'; readonly dependency: string; readonly durationMs: DurationMs };

/** What PodChaos `pod-failure` lets pods run instead of their own images (R-CHX-6). */
export const IDLE_IMAGE = 'gcr.io/google-containers/pause:latest';

/** R-CHX-1, R-CHX-2. Targets are chosen once, as the fault begins (R-CHX-3). */
export interface PodTarget {
  /** Labels that the pods must have; empty: the pods behind the called Service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Nodes that they must be on; empty: any. */
  readonly nodes: readonly string[];
  /** Names that they must have; empty: any. */
  readonly pods: readonly string[];
  readonly mode: 'one' | 'all' | 'fixed' | 'fixed-percent' | 'random-max-percent';
  /** A count for `fixed`, per cent for the percent modes, ignored otherwise. */
  readonly value: number;
}
