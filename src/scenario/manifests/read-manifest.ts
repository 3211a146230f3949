/**
 * One document of a manifest file → the object it stands for. Kinds that the model does not simulate are left out
 * with a warning; what is no Kubernetes object at all is an error.
 */
import { didYouMean } from '../did-you-mean.ts';
import type { KubernetesObject } from '../scenario.ts';
import { findTemplateValues } from '../helm-template.ts';
import { formatPath, locateValue } from '../source-map.ts';
import { isRecord, type SourceDocument } from '../yaml-document.ts';
import { valueAt } from '../zod-issues.ts';
import { readAutoscaler } from './autoscaler.ts';
import { readDeployment } from './deployment.ts';
import { readBudget } from './disruption-budget.ts';
import { readJob } from './job.ts';
import type { ManifestContext } from './pod-template.ts';
import { readReferenced } from './referenced-object.ts';
import { readReplicaSet } from './replica-set.ts';
import { readQuota } from './resource-quota.ts';
import { readService } from './service.ts';
import { reportUnmodelled } from './unmodelled.ts';

interface KindReader {
  readonly apiVersions: readonly string[];
  readonly read: (document: SourceDocument, context: ManifestContext) => KubernetesObject | null;
}

const KINDS: Readonly<Record<KubernetesObject['kind'], KindReader>> = {
  Deployment: { apiVersions: ['apps/v1'], read: readDeployment },
  ReplicaSet: { apiVersions: ['apps/v1'], read: readReplicaSet },
  Service: { apiVersions: ['v1'], read: readService },
  PodDisruptionBudget: { apiVersions: ['policy/v1'], read: readBudget },
  HorizontalPodAutoscaler: { apiVersions: ['autoscaling/v2', 'autoscaling/v1'], read: readAutoscaler },
  Job: { apiVersions: ['batch/v1'], read: readJob },
  ResourceQuota: { apiVersions: ['v1'], read: readQuota },
  Namespace: {
    apiVersions: ['v1'],
    read: (document, context) => readReferenced('Namespace', document, context),
  },
  Secret: { apiVersions: ['v1'], read: (document, context) => readReferenced('Secret', document, context) },
  ConfigMap: {
    apiVersions: ['v1'],
    read: (document, context) => readReferenced('ConfigMap', document, context),
  },
  ServiceAccount: {
    apiVersions: ['v1'],
    read: (document, context) => readReferenced('ServiceAccount', document, context),
  },
};

export function readManifest(document: SourceDocument, context: ManifestContext): KubernetesObject | null {
  const { diagnostics } = context;
  const at = (path: string): ReturnType<typeof locateValue> => locateValue(document.source, path);
  if (!isRecord(document.value)) {
    diagnostics.add('E203', at(''), {
      message: 'A manifest is a map.',
      value: document.value,
      expected: 'apiVersion, kind, metadata',
    });
    return null;
  }
  const braces = findTemplateValues(document.value);
  for (const segments of braces) {
    const path = formatPath(segments);
    diagnostics.add('E105', at(path), {
      message: 'This value is a Helm template.',
      path,
      value: valueAt(document.value, segments),
      hint: 'Render it first: helm template RELEASE CHART > manifests/rendered.yaml',
    });
  }
  if (braces.length > 0) return null;
  const { kind, apiVersion } = document.value;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    const missing = typeof kind === 'string' ? 'apiVersion' : 'kind';
    diagnostics.add('E211', at(missing), {
      message: `This is no Kubernetes object: ${missing} is ${document.value[missing] === undefined ? 'missing' : 'not text'}.`,
      path: missing,
      value: document.value[missing],
      expected: 'apiVersion and kind',
    });
    return null;
  }
  const reader = Object.hasOwn(KINDS, kind) ? KINDS[kind as KubernetesObject['kind']] : undefined;
  if (reader === undefined) {
    reportUnknownKind(kind, apiVersion, document, context);
    return null;
  }
  if (!reader.apiVersions.includes(apiVersion)) {
    diagnostics.add('E211', at('apiVersion'), {
      message: `${kind} is not of ${apiVersion}.`,
      path: 'apiVersion',
      value: apiVersion,
      expected: reader.apiVersions.join(' or '),
    });
    return null;
  }
  reportUnmodelled(kind, document, diagnostics);
  return reader.read(document, context);
}

function reportUnknownKind(
  kind: string,
  apiVersion: string,
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): void {
  const location = locateValue(document.source, 'kind');
  const common = { path: 'kind', value: kind };
  const near = didYouMean(kind, Object.keys(KINDS));
  if (kind === 'Scenario' || kind === 'Profile') {
    diagnostics.add('E211', location, {
      ...common,
      message: `A ${kind} is no manifest.`,
      expected: 'a Kubernetes object',
    });
  } else if (kind === 'Kustomization') {
    diagnostics.add('E211', location, {
      ...common,
      message: 'A Kustomization is no manifest.',
      hint: 'Render it first: kubectl kustomize DIR > manifests/rendered.yaml',
    });
  } else if (
    near !== null &&
    (apiVersion === 'v1' || KINDS[near as KubernetesObject['kind']].apiVersions.includes(apiVersion)) &&
    !KNOWN_CORE.has(kind)
  ) {
    diagnostics.add('E211', location, {
      ...common,
      message: `There is no kind ${kind}.`,
      hint: `Did you mean ${near}?`,
    });
  } else {
    diagnostics.add('W202', location, {
      ...common,
      message: `Objects of kind ${kind} are left out of the simulated cluster.`,
      expected: `one of ${Object.keys(KINDS).join(', ')}`,
    });
  }
}

/** Kinds of the API groups above that exist and are not simulated, so that they are not taken for misspelt ones. */
const KNOWN_CORE = new Set([
  'Pod',
  'Node',
  'Event',
  'Endpoints',
  'LimitRange',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodTemplate',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'ControllerRevision',
  'PodGroup',
]);
