/**
 * Fields that could change the answer and that the model takes no notice of: each is a warning at its line.
 */
import type { DiagnosticList } from '../diagnostic-list.ts';
import { formatPath, locateKey, type PathSegment } from '../source-map.ts';
import { isRecord, type SourceDocument } from '../yaml-document.ts';
import { valueAt } from '../zod-issues.ts';

/** Field → what is missing from the answer; null as the test means that any value counts. */
type Rules = Readonly<
  Record<string, { readonly says: string; readonly unless?: (value: unknown) => boolean }>
>;

const isDefault =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value) ||
    (Array.isArray(value) && value.length === 0) ||
    (isRecord(value) && Object.keys(value).length === 0);

/** The labels that simulated nodes carry. */
const NODE_LABELS = new Set(['kubernetes.io/hostname', 'kubernetes.io/os', 'topology.kubernetes.io/zone']);

const POD: Rules = {
  nodeSelector: {
    says: `nodes carry only the labels ${[...NODE_LABELS].join(', ')}, so no node fits`,
    unless: (value) => isRecord(value) && Object.keys(value).every((key) => NODE_LABELS.has(key)),
  },
  readinessGates: {
    says: 'no controller sets the condition, so the pods never become Ready (R-POD-14, R-LB-15)',
    unless: isDefault(),
  },
  affinity: { says: 'pods are placed without regard to affinity (R-SCH-4)', unless: isDefault() },
  topologySpreadConstraints: {
    says: 'pods are spread evenly, whatever the constraints say (R-SCH-4)',
    unless: isDefault(),
  },
  tolerations: {
    says: 'only failed nodes have taints, and their pods wait the default 300 s (R-NOD-6)',
    unless: isDefault(),
  },
  priorityClassName: { says: 'no pod preempts another (R-SCH-5)' },
  hostNetwork: { says: 'every pod has an address of its own', unless: isDefault(false) },
  schedulerName: { says: 'the default scheduler places the pods', unless: isDefault('default-scheduler') },
  schedulingGates: { says: 'pods are scheduled at once', unless: isDefault() },
  nodeName: { says: 'the scheduler chooses the node' },
  activeDeadlineSeconds: { says: 'pods have no deadline' },
  shareProcessNamespace: { says: 'each container has its own process 1', unless: isDefault(false) },
  overhead: { says: 'pods have no overhead', unless: isDefault() },
  runtimeClassName: { says: 'containers start as with the default runtime' },
  resources: { says: 'only the containers’ resources count', unless: isDefault() },
};

const CONTAINER: Rules = {
  restartPolicyRules: { says: 'the pod’s restartPolicy holds for every exit', unless: isDefault() },
};

const SERVICE: Rules = {
  externalTrafficPolicy: { says: 'clients are inside the cluster (R-KP-12)', unless: isDefault('Cluster') },
  trafficDistribution: { says: 'every node sends to all endpoints (R-KP-5)' },
  externalIPs: { says: 'clients call the cluster IP', unless: isDefault() },
};

const JOB: Rules = {
  podFailurePolicy: { says: 'every failure counts against backoffLimit' },
  suspend: { says: 'the Job starts at once', unless: isDefault(false) },
  completionMode: { says: 'completions are counted without an index', unless: isDefault('NonIndexed') },
  successPolicy: { says: 'all completions are needed' },
  backoffLimitPerIndex: { says: 'failures are counted together' },
  podReplacementPolicy: {
    says: 'failed pods are replaced at once',
    unless: isDefault('TerminatingOrFailed'),
  },
};

const QUOTA: Rules = {
  scopes: { says: 'the quota counts every pod', unless: isDefault() },
  scopeSelector: { says: 'the quota counts every pod' },
};

export function reportUnmodelled(kind: string, document: SourceDocument, diagnostics: DiagnosticList): void {
  const check = (segments: readonly PathSegment[], rules: Rules): void => {
    const parent = valueAt(document.value, segments);
    if (!isRecord(parent)) return;
    for (const [key, { says, unless }] of Object.entries(rules)) {
      const value = parent[key];
      if (value === undefined || unless?.(value) === true) continue;
      const path = formatPath([...segments, key]);
      diagnostics.add('W201', locateKey(document.source, path), {
        message: `${key} is not simulated: ${says}.`,
        path,
        value,
      });
    }
  };
  if (kind === 'Service') check(['spec'], SERVICE);
  if (kind === 'ResourceQuota') check(['spec'], QUOTA);
  if (kind === 'Job') check(['spec'], JOB);
  checkExpressions(document, diagnostics);
  const pod = ['spec', 'template', 'spec'];
  check(pod, POD);
  for (const list of ['containers', 'initContainers']) {
    const containers = valueAt(document.value, [...pod, list]);
    if (!Array.isArray(containers)) continue;
    for (const index of containers.keys()) {
      check([...pod, list, index], CONTAINER);
      check([...pod, list, index, 'lifecycle'], {
        stopSignal: { says: 'the kubelet sends SIGTERM', unless: isDefault('SIGTERM') },
      });
    }
  }
}

function checkExpressions(document: SourceDocument, diagnostics: DiagnosticList): void {
  const expressions = valueAt(document.value, ['spec', 'selector', 'matchExpressions']);
  if (!Array.isArray(expressions) || expressions.length === 0) return;
  diagnostics.add('W201', locateKey(document.source, 'spec.selector.matchExpressions'), {
    message: 'matchExpressions is not simulated: only matchLabels selects.',
    path: 'spec.selector.matchExpressions',
  });
}
