/**
 * Fields that people put in the wrong place, and where they belong.
 */
import { formatPath, type PathSegment } from './source-map.ts';

const POD_SPEC = 'spec.template.spec';

/** Key → the parent under which it belongs, for Deployments and what hangs below them. */
const HOME: Readonly<Record<string, string>> = {
  strategy: 'spec',
  replicas: 'spec',
  selector: 'spec',
  minReadySeconds: 'spec',
  progressDeadlineSeconds: 'spec',
  revisionHistoryLimit: 'spec',
  rollingUpdate: 'spec.strategy',
  maxSurge: 'spec.strategy.rollingUpdate',
  maxUnavailable: 'spec.strategy.rollingUpdate',
  terminationGracePeriodSeconds: POD_SPEC,
  restartPolicy: POD_SPEC,
  nodeSelector: POD_SPEC,
  tolerations: POD_SPEC,
  affinity: POD_SPEC,
  topologySpreadConstraints: POD_SPEC,
  initContainers: POD_SPEC,
  containers: POD_SPEC,
  imagePullPolicy: `${POD_SPEC}.containers[0]`,
  readinessProbe: `${POD_SPEC}.containers[0]`,
  livenessProbe: `${POD_SPEC}.containers[0]`,
  startupProbe: `${POD_SPEC}.containers[0]`,
  lifecycle: `${POD_SPEC}.containers[0]`,
  resources: `${POD_SPEC}.containers[0]`,
  preStop: `${POD_SPEC}.containers[0].lifecycle`,
  postStart: `${POD_SPEC}.containers[0].lifecycle`,
  periodSeconds: `${POD_SPEC}.containers[0].readinessProbe`,
  initialDelaySeconds: `${POD_SPEC}.containers[0].readinessProbe`,
  failureThreshold: `${POD_SPEC}.containers[0].readinessProbe`,
  sessionAffinity: 'spec',
  labels: 'metadata',
  annotations: 'metadata',
  // scenario.yaml
  service: 'spec.traffic',
  rate: 'spec.traffic',
  arrivals: 'spec.traffic',
  clients: 'spec.traffic',
  retries: 'spec.traffic.clients',
  keepAlive: 'spec.traffic.clients',
  connectionsEach: 'spec.traffic.clients',
  profile: 'spec.cluster',
  nodes: 'spec.cluster',
  failedRequests: 'spec.expect',
  rolloutWithin: 'spec.expect',
  traffic: 'spec',
  workload: 'spec',
  changes: 'spec',
  before: 'spec',
  cluster: 'spec',
  expect: 'spec',
  faults: 'spec',
};

const SCENARIO_HOMES = /^spec(?:\.(?:traffic|cluster|expect)|$)/u;

/** Where a key that stands at the wrong place belongs, as a path; null when it is at home or unknown. */
export function misplacedHint(segments: readonly PathSegment[]): string | null {
  const key = segments.at(-1);
  if (typeof key !== 'string' || !Object.hasOwn(HOME, key)) return null;
  const home = HOME[key] ?? '';
  const path = formatPath(segments);
  const target = `${home}.${key}`;
  if (path === target) return null;
  // A container's or probe's field keeps the index and probe under which it was found.
  const inContainer = /^spec\.template\.spec\.(?:initC|c)ontainers\[\d+\]/u.exec(path)?.[0];
  if (inContainer !== undefined && home.startsWith(`${POD_SPEC}.containers[0]`)) {
    return target.replace(`${POD_SPEC}.containers[0]`, inContainer);
  }
  return SCENARIO_HOMES.test(home) || path.startsWith('spec') || segments.length === 1 ? target : null;
}
