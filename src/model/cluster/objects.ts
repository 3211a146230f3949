/**
 * The API objects of the simulated cluster, as immutable snapshots: a controller that holds one in its cache
 * keeps seeing it as it was (R-GEN-1). Times are milliseconds; those that the API stores are whole seconds (R-GEN-5).
 */
import type { TimeMs } from '../../kernel/time.ts';
import type {
  Deployment,
  Job,
  PodDisruptionBudget,
  PodTemplate,
  ResourceQuota,
  Service,
} from '../../scenario/scenario.ts';

interface ObjectMeta {
  /** Unique within its kind. */
  readonly name: string;
  /** Random, as the API server's; the last tie-break of several sorts. */
  readonly uid: string;
  readonly createdMs: TimeMs;
  /** Raised by every change of the specification. */
  readonly generation: number;
  /** Raised by every stored change, over all kinds. */
  readonly resourceVersion: number;
}

export interface DeploymentObject extends ObjectMeta {
  readonly kind: 'Deployment';
  /** The manifest as last applied; the fields below are the live ones. */
  readonly manifest: Deployment;
  readonly selector: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
  readonly replicas: number;
  readonly strategy: Deployment['strategy'];
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly paused: boolean;
  /** That of its newest ReplicaSet as last noted; 0: none yet. */
  readonly revision: number;
  /** The deprecated order to go back to a revision, 0 being the one before; null: none. */
  readonly rollbackTo: number | null;
  readonly status: DeploymentStatus;
}

export interface DeploymentStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
  readonly terminatingReplicas: number;
  readonly progressing: ProgressingCondition | null;
  readonly available: boolean;
  readonly replicaFailure: boolean;
  /** How often the name of a new ReplicaSet was taken by another template. */
  readonly collisionCount: number;
}

export interface ProgressingCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly lastUpdateMs: TimeMs;
  readonly lastTransitionMs: TimeMs;
}

export interface ReplicaSetObject extends ObjectMeta {
  readonly kind: 'ReplicaSet';
  /** Owner; null for a bare ReplicaSet. */
  readonly deployment: string | null;
  readonly template: PodTemplate;
  readonly revision: number;
  /** Revisions that it had before, comma-separated: an undo made it the newest again (R-DEP-19). */
  readonly revisionHistory: string;
  /** Keys the random streams of its pods: `<deployment>.<ordinal of creation>`, so that template edits keep draws paired. */
  readonly streamKey: string;
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly desiredReplicasAnnotation: number | null;
  readonly maxReplicasAnnotation: number | null;
  readonly status: ReplicaSetStatus;
}

export interface ReplicaSetStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly fullyLabeledReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly terminatingReplicas: number;
  /** R-DEP-24: the last create was refused. */
  readonly replicaFailure: boolean;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PodObject extends ObjectMeta {
  readonly kind: 'Pod';
  readonly owner: { readonly kind: 'ReplicaSet' | 'Job'; readonly name: string };
  readonly deployment: string | null;
  readonly template: PodTemplate;
  /** Keys this pod's random streams: its owner's key and its ordinal. */
  readonly streamKey: string;
  readonly nodeName: string | null;
  readonly phase: PodPhase;
  readonly hasIp: boolean;
  readonly ready: boolean;
  /** When Ready last changed, whole seconds; null: never set. */
  readonly readyTransitionMs: TimeMs | null;
  /** Largest restart count over the regular containers, and over the sidecars. */
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly deletionCost: number;
  /** When deletion was requested; null: not terminating (R-GEN-6). */
  readonly deletionMs: TimeMs | null;
  /** Grace of the deletion in force. */
  readonly deletionGraceSeconds: number | null;
  /** R-CHX-6: its images are replaced by one that does nothing. Absent: they are its template's. */
  readonly imagesReplaced?: boolean;
}

export interface ServiceObject extends ObjectMeta {
  readonly kind: 'Service';
  readonly manifest: Service;
}

export interface Endpoint {
  readonly pod: string;
  readonly nodeName: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface EndpointSliceObject extends ObjectMeta {
  readonly kind: 'EndpointSlice';
  readonly service: string;
  /** The Service's port on these pods; null: none of their containers has the port that it names. */
  readonly port: number | null;
  readonly endpoints: readonly Endpoint[];
}

export interface JobObject extends ObjectMeta {
  readonly kind: 'Job';
  readonly manifest: Job;
  readonly streamKey: string;
  readonly status: {
    readonly active: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly condition: 'Complete' | 'Failed' | null;
  };
}

export interface ResourceQuotaObject extends ObjectMeta {
  readonly kind: 'ResourceQuota';
  readonly manifest: ResourceQuota;
}

export interface NodeTaint {
  readonly key: string;
  readonly effect: 'NoSchedule' | 'NoExecute';
}

export interface NodeObject extends ObjectMeta {
  readonly kind: 'Node';
  /** Cordoned. */
  readonly unschedulable: boolean;
  readonly taints: readonly NodeTaint[];
  /** Its condition Ready. */
  readonly ready: 'True' | 'False' | 'Unknown';
}

export interface PodDisruptionBudgetObject extends ObjectMeta {
  readonly kind: 'PodDisruptionBudget';
  readonly manifest: PodDisruptionBudget;
  readonly status: BudgetStatus;
}

export interface BudgetStatus {
  readonly observedGeneration: number;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** Pods whose eviction was granted and whose deletion the controller has not seen yet, and when. */
  readonly disruptedPods: Readonly<Record<string, TimeMs>>;
}

export interface ObjectsByKind {
  readonly Deployment: DeploymentObject;
  readonly ReplicaSet: ReplicaSetObject;
  readonly Pod: PodObject;
  readonly Service: ServiceObject;
  readonly EndpointSlice: EndpointSliceObject;
  readonly Job: JobObject;
  readonly ResourceQuota: ResourceQuotaObject;
  readonly Node: NodeObject;
  readonly PodDisruptionBudget: PodDisruptionBudgetObject;
}

export type Kind = keyof ObjectsByKind;

export function isTerminating(pod: PodObject): boolean {
  return pod.deletionMs !== null;
}

/** R-GEN-6: counts for its ReplicaSet. */
export function isActive(pod: { readonly phase: string; readonly deletionMs: TimeMs | null }): boolean {
  return pod.phase !== 'Succeeded' && pod.phase !== 'Failed' && pod.deletionMs === null;
}

/** Whether every label of the selector is among `labels`; an empty selector selects nothing. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  let selective = false;
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
    selective = true;
  }
  return selective;
}
