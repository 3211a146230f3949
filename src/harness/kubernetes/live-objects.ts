/**
 * Kubernetes objects as they come over the wire, as far as the harness looks at them: JSON, so that times are texts.
 * Fields that the API server always fills in are required.
 */

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface LiveObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

export interface LivePod extends LiveObject {
  readonly spec: LivePodSpec;
  readonly status: {
    readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly LiveContainerStatus[];
  };
}

export interface LivePodSpec {
  readonly nodeName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly LiveContainer[];
}

export interface LiveContainer {
  readonly name: string;
  readonly image: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
  };
}

export interface LiveContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state?: LiveContainerState;
  readonly lastState?: LiveContainerState;
}

export interface LiveContainerState {
  readonly running?: { readonly startedAt: string };
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly signal?: number;
    readonly reason?: string;
    readonly finishedAt?: string;
  };
}

export interface LivePodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: LivePodSpec;
}

export interface LiveDeployment extends LiveObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: LivePodTemplate;
  };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface LiveReplicaSet extends LiveObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: LivePodTemplate;
  };
  readonly status: { readonly replicas?: number; readonly availableReplicas?: number };
}

export interface LiveJob extends LiveObject {
  readonly status: { readonly conditions?: readonly Condition[] };
}

export interface LiveEndpointSlice extends LiveObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: {
          readonly ready?: boolean;
          readonly serving?: boolean;
          readonly terminating?: boolean;
        };
        readonly targetRef?: { readonly kind?: string; readonly name?: string };
        readonly nodeName?: string;
      }[]
    | null;
}

export interface LiveNode extends LiveObject {
  readonly spec: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly images?: readonly { readonly names?: readonly string[] }[];
  };
}

export interface LiveEvent extends LiveObject {
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
}

/** Whether a condition of that type is True. */
export function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** The name of the controller of that kind; null: it has none. */
export function controllerOf({ metadata }: LiveObject, kind: string): string | null {
  return metadata.ownerReferences?.find((owner) => owner.kind === kind)?.name ?? null;
}
