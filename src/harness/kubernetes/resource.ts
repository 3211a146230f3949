/** Under which path of the API each kind of object lives. */

interface Resource {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export type ResourceKind =
  | 'Namespace'
  | 'Node'
  | 'Pod'
  | 'Service'
  | 'Secret'
  | 'ConfigMap'
  | 'ServiceAccount'
  | 'ResourceQuota'
  | 'Event'
  | 'Deployment'
  | 'ReplicaSet'
  | 'Job'
  | 'EndpointSlice'
  | 'PodDisruptionBudget'
  | 'HorizontalPodAutoscaler'
  | 'PodChaos';

const RESOURCES: Readonly<Record<ResourceKind, Resource>> = {
  Namespace: { apiVersion: 'v1', plural: 'namespaces', namespaced: false },
  Node: { apiVersion: 'v1', plural: 'nodes', namespaced: false },
  Pod: { apiVersion: 'v1', plural: 'pods', namespaced: true },
  Service: { apiVersion: 'v1', plural: 'services', namespaced: true },
  Secret: { apiVersion: 'v1', plural: 'secrets', namespaced: true },
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps', namespaced: true },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts', namespaced: true },
  ResourceQuota: { apiVersion: 'v1', plural: 'resourcequotas', namespaced: true },
  Event: { apiVersion: 'v1', plural: 'events', namespaced: true },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', namespaced: true },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets', namespaced: true },
  Job: { apiVersion: 'batch/v1', plural: 'jobs', namespaced: true },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  PodDisruptionBudget: { apiVersion: 'policy/v1', plural: 'poddisruptionbudgets', namespaced: true },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    plural: 'horizontalpodautoscalers',
    namespaced: true,
  },
  PodChaos: { apiVersion: 'chaos-mesh.org/v1alpha1', plural: 'podchaos', namespaced: true },
};

export function isResourceKind(kind: string): kind is ResourceKind {
  return Object.hasOwn(RESOURCES, kind);
}

/** The path of one object, or of all of that kind when `name` is null. */
export function resourcePath(kind: ResourceKind, namespace: string, name: string | null): string {
  const { apiVersion, plural, namespaced } = RESOURCES[kind];
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${place}/${plural}${name === null ? '' : `/${encodeURIComponent(name)}`}`;
}
