/** What faults act through, and what one of them is: something that is done to the cluster, and how it is undone. */
import type { RandomStream } from '../../kernel/random.ts';
import type { DurationMs } from '../../kernel/time.ts';
import type { TimelineEventKind } from '../../record.ts';
import type { FaultAction } from '../../scenario/fault.ts';
import type { Hits } from '../../scenario/fault-hits.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { NodeNames } from '../kubernetes/node-names.ts';

/** The containers that play the cluster's nodes, by the nodes' own names. */
export interface NodeControl {
  /** Runs a program in the node. @throws when it fails @returns what it writes to standard output */
  exec(node: string, command: readonly string[]): Promise<string>;
  /** Everything in it stands still, until `unpause`. */
  pause(node: string): Promise<void>;
  unpause(node: string): Promise<void>;
  /** Every process in it is lost, until `start`. */
  kill(node: string): Promise<void>;
  /** Boots it again and sets its network up. */
  start(node: string): Promise<void>;
}

/** Switches what the workload depends on off and on, for all pods alike. */
export interface DependencySwitch {
  set(dependency: string, up: boolean): Promise<void>;
}

export interface NoteDetails {
  readonly node?: string;
  readonly value?: number;
  readonly detail?: string;
}

export interface ChaosWorld {
  readonly client: KubernetesClient;
  readonly nodeNames: NodeNames;
  readonly nodes: NodeControl;
  readonly dependencies: DependencySwitch;
  /** Labels of the pods behind the called Service. */
  readonly servedLabels: Readonly<Record<string, string>>;
  /** Writes a fact into the record's timeline, now. */
  readonly note: (kind: TimelineEventKind, object: string, details?: NoteDetails) => void;
  /** Waits; ends early, with the signal's reason, when the replay is over. */
  readonly wait: (durationMs: DurationMs) => Promise<void>;
  /** Aborted when the replay is over. */
  readonly signal: AbortSignal;
}

export interface FaultCourse {
  readonly hits: Hits;
  /** How long until it is undone; null: never, or it undoes itself. */
  readonly lastsMs: DurationMs | null;
  /** Does it; ends once it is done. What goes on by itself afterwards is `underWay`. */
  apply(): Promise<void>;
  /** Undoes it. The replay's end calls it too, for what the scenario leaves broken: it may be called twice. */
  recover(): Promise<void>;
  /** Whether something that it set going is still under way. */
  readonly underWay: boolean;
}

/** Chooses the targets, and touches nothing yet (R-CHX-3). @param random for the choice */
export type BeginFault<Kind extends FaultAction['kind']> = (
  world: ChaosWorld,
  action: Extract<FaultAction, { readonly kind: Kind }>,
  random: RandomStream,
) => Promise<FaultCourse>;
